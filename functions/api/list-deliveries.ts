import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";
import { DELIVERY_STATUSES, listDeliveries } from "#shared/workflows/read-deliveries.ts";
import { Delivery } from "./delivery-schema.ts";

export const listDeliveriesRoute = defineRoute({
  operationId: "listDeliveries",
  summary: "List webhook deliveries, newest first",
  tags: ["Deliveries"],
  scope: "deliveries:read",
  method: "get",
  path: "/v1/deliveries",
  request: {
    query: PageQuery.extend({ status: z.enum(DELIVERY_STATUSES).optional(), executionId: z.uuid().optional() }),
  },
  responses: { 200: jsonAnswer(pageOf(Delivery, "DeliveryPage"), "A page of deliveries.") },
});

export const registerListDeliveries = (edge: Edge) =>
  edge.openapi(listDeliveriesRoute, async (c) =>
    c.json(toJson(await listDeliveries(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
