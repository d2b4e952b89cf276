import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { readEndpoint } from "#shared/webhooks/endpoints.ts";
import { WebhookEndpoint } from "./webhook-endpoint-schema.ts";

export const getWebhookEndpointRoute = defineRoute({
  operationId: "getWebhookEndpoint",
  summary: "Read a webhook endpoint",
  tags: ["Webhooks"],
  scope: "webhooks:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/webhook-endpoints/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(WebhookEndpoint, "The endpoint.") },
});

export const registerGetWebhookEndpoint = (edge: Edge) =>
  edge.openapi(getWebhookEndpointRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await readEndpoint(c.get("ctx").db, callerOf(c).tenantId, id))), 200);
  });
