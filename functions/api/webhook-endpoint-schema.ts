import { z } from "@hono/zod-openapi";
import { Instant } from "#shared/http/schemas.ts";
import { EndpointChange, EndpointInput } from "#shared/webhooks/endpoint-input.ts";
import { ENDPOINT_DELIVERY_STATUSES, ENDPOINT_STATUSES } from "#shared/webhooks/tables.ts";

export const NewWebhookEndpoint = EndpointInput.openapi("WebhookEndpointInput");
export const ChangedWebhookEndpoint = EndpointChange.openapi("WebhookEndpointChange");

export const WebhookEndpoint = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    eventTypes: z.array(z.string()).describe("Names, families such as `goal.*`, or `*`"),
    subject: z.string().nullable().describe("Only events about it; `*` stands for anything"),
    isOrdered: z.boolean().describe("Of one subject, the next event waits for the one before"),
    status: z
      .enum(ENDPOINT_STATUSES)
      .describe("`paused`: events are kept and sent later; `disabled`: events pass it by until it is set active"),
    statusReason: z
      .enum(["gone", "failing"])
      .nullable()
      .describe("Why it was disabled: it answered 410, or nothing but failures for five days"),
    failures: z.int().describe("Requests that failed in a row"),
    firstFailedAt: Instant.nullable().describe("When that row began"),
    previousSecretUntil: Instant.nullable().describe("Until when the secret before the last rotation signs too"),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi("WebhookEndpoint");

const secret = z.string().describe("`whsec_…`, for the receiver to verify with. Shown here only");

export const MadeWebhookEndpoint = WebhookEndpoint.extend({ secret }).openapi("MadeWebhookEndpoint");

export const RotatedSecret = z
  .object({ secret, previousSecretUntil: Instant.nullable() })
  .openapi("RotatedWebhookSecret");

export const WebhookDelivery = z
  .object({
    eventId: z.uuid().describe("The `webhook-id` of its requests"),
    eventType: z.string(),
    status: z.enum(ENDPOINT_DELIVERY_STATUSES),
    attempts: z.int().describe("Requests made"),
    nextAttemptAt: Instant.nullable().describe(
      "null: it is settled, on its way, or waits for an earlier event of its subject",
    ),
    httpStatus: z.int().nullable().describe("Of the last answer; null: there was none"),
    lastError: z.string().nullable(),
    createdAt: Instant,
    settledAt: Instant.nullable(),
  })
  .openapi("WebhookDelivery");

export const WebhookDeliveryWithAttempts = WebhookDelivery.extend({
  attemptLog: z
    .array(
      z.object({
        attempt: z.int(),
        outcome: z.string().describe("delivered, retry or dead"),
        httpStatus: z.int().nullable().describe("null: no answer"),
        error: z.string().nullable(),
        answer: z.string().nullable().describe("How the answer of a failed request begins"),
        durationMs: z.int(),
        startedAt: Instant,
      }),
    )
    .describe("The last hundred requests, oldest first"),
}).openapi("WebhookDeliveryWithAttempts");
