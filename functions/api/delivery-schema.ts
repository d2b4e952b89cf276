import { z } from "@hono/zod-openapi";
import { Instant } from "#shared/http/schemas.ts";
import { DELIVERY_STATUSES } from "#shared/workflows/read-deliveries.ts";

export const Delivery = z
  .object({
    id: z.uuid(),
    executionId: z.uuid(),
    eventId: z.uuid(),
    destination: z.string().describe("The n8n instance it goes to"),
    status: z.enum(DELIVERY_STATUSES),
    runAttempt: z.int().describe("The execution's attempt that it drives"),
    attempts: z.int().describe("Requests made for this run attempt"),
    maxAttempts: z.int(),
    nextAttemptAt: Instant,
    isParked: z.boolean().describe("It waits for a slot, for its turn or for the circuit to close"),
    lastError: z.string().nullable(),
    createdAt: Instant,
    settledAt: Instant.nullable(),
  })
  .openapi("Delivery");

export const DeliveryWithAttempts = Delivery.extend({
  attemptLog: z
    .array(
      z.object({
        id: z.uuid(),
        runAttempt: z.int(),
        attempt: z.int(),
        outcome: z.string(),
        httpStatus: z.int().nullable().describe("null: no answer"),
        error: z.string().nullable(),
        durationMs: z.int(),
        startedAt: Instant,
      }),
    )
    .describe("The last hundred requests, oldest first"),
}).openapi("DeliveryWithAttempts");

export const DeadLetter = z
  .object({
    id: z.uuid(),
    queue: z.string(),
    eventId: z.uuid().nullable(),
    deliveryId: z.uuid().nullable().describe("Set when a webhook was given up"),
    executionId: z.uuid().nullable(),
    reason: z.string(),
    detail: z.string().nullable(),
    attempts: z.int(),
    createdAt: Instant,
  })
  .openapi("DeadLetter");
