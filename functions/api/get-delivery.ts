import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { readDelivery } from "#shared/workflows/read-deliveries.ts";
import { DeliveryWithAttempts } from "./delivery-schema.ts";

export const getDeliveryRoute = defineRoute({
  operationId: "getDelivery",
  summary: "Read a delivery with its requests",
  tags: ["Deliveries"],
  scope: "deliveries:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/deliveries/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(DeliveryWithAttempts, "The delivery.") },
});

export const registerGetDelivery = (edge: Edge) =>
  edge.openapi(getDeliveryRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await readDelivery(c.get("ctx").db, callerOf(c).tenantId, id))), 200);
  });
