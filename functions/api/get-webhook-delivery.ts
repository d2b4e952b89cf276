import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { readEndpointDelivery } from "#shared/webhooks/read-endpoint-deliveries.ts";
import { WebhookDeliveryWithAttempts } from "./webhook-endpoint-schema.ts";

export const getWebhookDeliveryRoute = defineRoute({
  operationId: "getWebhookDelivery",
  summary: "Read what was sent of one event to a webhook endpoint, with its requests",
  tags: ["Webhooks"],
  scope: "webhooks:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/webhook-endpoints/{id}/deliveries/{eventId}",
  request: { params: IdParam.extend({ eventId: z.uuid() }) },
  responses: { 200: jsonAnswer(WebhookDeliveryWithAttempts, "The delivery.") },
});

export const registerGetWebhookDelivery = (edge: Edge) =>
  edge.openapi(getWebhookDeliveryRoute, async (c) => {
    const { id, eventId } = c.req.valid("param");
    const { db } = c.get("ctx");
    return c.json(toJson(orProblem(await readEndpointDelivery(db, callerOf(c).tenantId, id, eventId))), 200);
  });
