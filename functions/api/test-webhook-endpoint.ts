import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { testEndpoint } from "#shared/webhooks/test-endpoint.ts";

const Outcome = z
  .object({
    eventId: z.uuid(),
    isDelivered: z.boolean(),
    httpStatus: z.int().nullable().describe("null: no answer"),
    error: z.string().nullable(),
    answer: z.string().nullable().describe("How the answer of a failed request begins"),
    durationMs: z.int(),
  })
  .openapi("WebhookTestOutcome");

export const testWebhookEndpointRoute = defineRoute({
  operationId: "testWebhookEndpoint",
  summary: "Send a test event to a webhook endpoint now",
  description: "A `webhook.test`, whatever the endpoint's status. It is not tried again and counts neither way.",
  tags: ["Webhooks"],
  scope: "webhooks:write",
  limit: { cost: 5 },
  problems: ["not_found"],
  method: "post",
  path: "/v1/webhook-endpoints/{id}/test",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Outcome, "How it went.") },
});

export const registerTestWebhookEndpoint = (edge: Edge) =>
  edge.openapi(testWebhookEndpointRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await testEndpoint(c.get("ctx"), callerOf(c), id))), 200);
  });
