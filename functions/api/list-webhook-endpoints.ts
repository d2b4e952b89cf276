import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";
import { listEndpoints } from "#shared/webhooks/endpoints.ts";
import { WebhookEndpoint } from "./webhook-endpoint-schema.ts";

export const listWebhookEndpointsRoute = defineRoute({
  operationId: "listWebhookEndpoints",
  summary: "List webhook endpoints, newest first",
  tags: ["Webhooks"],
  scope: "webhooks:read",
  method: "get",
  path: "/v1/webhook-endpoints",
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(WebhookEndpoint, "WebhookEndpointPage"), "A page of endpoints.") },
});

export const registerListWebhookEndpoints = (edge: Edge) =>
  edge.openapi(listWebhookEndpointsRoute, async (c) =>
    c.json(toJson(await listEndpoints(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
