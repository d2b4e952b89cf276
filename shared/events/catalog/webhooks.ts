import { z } from "zod";
import { event, instant } from "./event.ts";

const EndpointDisabled = z.object({
  endpointId: z.uuid(),
  url: z.string(),
  reason: z.enum(["gone", "failing"]),
  failures: z.int(),
  firstFailedAt: instant.nullable(),
});

const endpoint = {
  endpointId: "01900000-0000-7000-8000-000000000006",
  url: "https://example.com/webhooks",
  reason: "failing",
  failures: 7200,
  firstFailedAt: "2026-11-15T10:00:00.000000+00:00",
} as const;

export const WEBHOOK_EVENTS = {
  "endpoint.disabled": event(
    "A webhook endpoint answered 410, or nothing but failures for days: no more is sent to it.",
    EndpointDisabled,
    endpoint,
  ),
  "webhook.test": event(
    "A tenant tries one of its webhook endpoints; sent to that one only.",
    z.object({ endpointId: z.uuid() }),
    { endpointId: endpoint.endpointId },
  ),
} as const;
