import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { createEndpoint } from "#shared/webhooks/endpoints.ts";
import { MadeWebhookEndpoint, NewWebhookEndpoint } from "./webhook-endpoint-schema.ts";

export const createWebhookEndpointRoute = defineRoute({
  operationId: "createWebhookEndpoint",
  summary: "Subscribe a URL to events",
  description: "Requests are signed as Standard Webhooks say; see docs/webhooks.md.",
  tags: ["Webhooks"],
  scope: "webhooks:write",
  problems: ["limit_reached"],
  method: "post",
  path: "/v1/webhook-endpoints",
  request: jsonBody(NewWebhookEndpoint),
  responses: { 201: jsonAnswer(MadeWebhookEndpoint, "The endpoint, with its secret this once.") },
});

export const registerCreateWebhookEndpoint = (edge: Edge) =>
  edge.openapi(createWebhookEndpointRoute, async (c) => {
    const made = orProblem(await createEndpoint(c.get("ctx"), callerOf(c).tenantId, c.req.valid("json")));
    c.header("cache-control", "no-store");
    return c.json(toJson(made), 201);
  });
