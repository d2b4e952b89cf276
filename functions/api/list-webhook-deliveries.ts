import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";
import { listEndpointDeliveries } from "#shared/webhooks/read-endpoint-deliveries.ts";
import { ENDPOINT_DELIVERY_STATUSES } from "#shared/webhooks/tables.ts";
import { WebhookDelivery } from "./webhook-endpoint-schema.ts";

export const listWebhookDeliveriesRoute = defineRoute({
  operationId: "listWebhookDeliveries",
  summary: "List what was and will be sent to a webhook endpoint, newest first",
  description: "Kept for 30 days.",
  tags: ["Webhooks"],
  scope: "webhooks:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/webhook-endpoints/{id}/deliveries",
  request: {
    params: IdParam,
    query: PageQuery.extend({
      status: z.enum(ENDPOINT_DELIVERY_STATUSES).optional(),
      eventType: z.string().optional(),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(WebhookDelivery, "WebhookDeliveryPage"), "A page of deliveries.") },
});

export const registerListWebhookDeliveries = (edge: Edge) =>
  edge.openapi(listWebhookDeliveriesRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { db } = c.get("ctx");
    const page = await listEndpointDeliveries(db, callerOf(c).tenantId, id, c.req.valid("query"));
    return c.json(toJson(orProblem(page)), 200);
  });
