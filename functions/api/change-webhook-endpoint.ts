import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { changeEndpoint } from "#shared/webhooks/endpoints.ts";
import { ChangedWebhookEndpoint, WebhookEndpoint } from "./webhook-endpoint-schema.ts";

export const changeWebhookEndpointRoute = defineRoute({
  operationId: "changeWebhookEndpoint",
  summary: "Change, pause or resume a webhook endpoint",
  description: "What is not named stays. What was kept while it was paused is sent when it is set active.",
  tags: ["Webhooks"],
  scope: "webhooks:write",
  problems: ["not_found"],
  method: "patch",
  path: "/v1/webhook-endpoints/{id}",
  request: { params: IdParam, ...jsonBody(ChangedWebhookEndpoint) },
  responses: { 200: jsonAnswer(WebhookEndpoint, "The endpoint as it is now.") },
});

export const registerChangeWebhookEndpoint = (edge: Edge) =>
  edge.openapi(changeWebhookEndpointRoute, async (c) => {
    const { id } = c.req.valid("param");
    const changed = await changeEndpoint(c.get("ctx"), callerOf(c).tenantId, id, c.req.valid("json"));
    return c.json(toJson(orProblem(changed)), 200);
  });
