import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";
import { deleteEndpoint } from "#shared/webhooks/endpoints.ts";

export const deleteWebhookEndpointRoute = defineRoute({
  operationId: "deleteWebhookEndpoint",
  summary: "Delete a webhook endpoint",
  description: "What is queued for it is not sent any more.",
  tags: ["Webhooks"],
  scope: "webhooks:write",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/webhook-endpoints/{id}",
  request: { params: IdParam },
  responses: { 204: noContent("It is gone.") },
});

export const registerDeleteWebhookEndpoint = (edge: Edge) =>
  edge.openapi(deleteWebhookEndpointRoute, async (c) => {
    const { id } = c.req.valid("param");
    orProblem(await deleteEndpoint(c.get("ctx").db, callerOf(c).tenantId, id));
    return c.body(null, 204);
  });
