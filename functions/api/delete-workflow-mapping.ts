import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";
import { mappingOwner } from "#shared/workflows/mapping-owner.ts";
import { deleteMapping } from "#shared/workflows/mappings.ts";
import { OwnerQuery } from "./mapping-schema.ts";

export const deleteWorkflowMappingRoute = defineRoute({
  operationId: "deleteWorkflowMapping",
  summary: "Delete a workflow mapping",
  tags: ["Workflow mappings"],
  scope: "mappings:write",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/workflow-mappings/{id}",
  request: { params: IdParam, query: OwnerQuery },
  responses: { 204: noContent("It is gone.") },
});

export const registerDeleteWorkflowMapping = (edge: Edge) =>
  edge.openapi(deleteWorkflowMappingRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { owner } = orProblem(mappingOwner(consumerOf(c), c.req.valid("query").owner));
    orProblem(await deleteMapping(c.get("ctx").db, owner, id));
    return c.body(null, 204);
  });
