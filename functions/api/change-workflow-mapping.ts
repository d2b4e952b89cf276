import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { mappingOwner } from "#shared/workflows/mapping-owner.ts";
import { changeMapping } from "#shared/workflows/mappings.ts";
import { ChangedMapping, Mapping, OwnerQuery } from "./mapping-schema.ts";

export const changeWorkflowMappingRoute = defineRoute({
  operationId: "changeWorkflowMapping",
  summary: "Change a workflow mapping",
  description: "What is not named stays.",
  tags: ["Workflow mappings"],
  scope: "mappings:write",
  problems: ["not_found", "already_exists", "unknown_workflow"],
  method: "patch",
  path: "/v1/workflow-mappings/{id}",
  request: { params: IdParam, query: OwnerQuery, ...jsonBody(ChangedMapping) },
  responses: { 200: jsonAnswer(Mapping, "The mapping as it is now.") },
});

export const registerChangeWorkflowMapping = (edge: Edge) =>
  edge.openapi(changeWorkflowMappingRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { owner } = orProblem(mappingOwner(consumerOf(c), c.req.valid("query").owner));
    return c.json(toJson(orProblem(await changeMapping(c.get("ctx").db, owner, id, c.req.valid("json")))), 200);
  });
