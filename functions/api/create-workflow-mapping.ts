import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { mappingOwner } from "#shared/workflows/mapping-owner.ts";
import { createMapping } from "#shared/workflows/mappings.ts";
import { Mapping, NewMapping, OwnerQuery } from "./mapping-schema.ts";

export const createWorkflowMappingRoute = defineRoute({
  operationId: "createWorkflowMapping",
  summary: "Map an action or event to a workflow",
  tags: ["Workflow mappings"],
  scope: "mappings:write",
  problems: ["already_exists", "unknown_workflow"],
  method: "post",
  path: "/v1/workflow-mappings",
  request: { query: OwnerQuery, ...jsonBody(NewMapping) },
  responses: { 201: jsonAnswer(Mapping, "The mapping.") },
});

export const registerCreateWorkflowMapping = (edge: Edge) =>
  edge.openapi(createWorkflowMappingRoute, async (c) => {
    const { owner } = orProblem(mappingOwner(consumerOf(c), c.req.valid("query").owner));
    return c.json(toJson(orProblem(await createMapping(c.get("ctx").db, owner, c.req.valid("json")))), 201);
  });
