import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { MOST_REPLAYED, replayEvent, replayRange } from "#shared/webhooks/replay-deliveries.ts";

const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const Choice = z
  .union([
    z.strictObject({ eventId: z.uuid().describe("This one, whether the endpoint subscribed to it or not") }),
    z.strictObject({
      since: Time.describe("RFC 3339; the events from then on that the endpoint subscribed to"),
      until: Time.optional().describe("Default: now"),
      which: z.enum(["all", "undelivered"]).default("undelivered"),
      after: z.uuid().optional().describe("The `next` of the call before"),
    }),
  ])
  .openapi("WebhookReplayChoice");

const Replayed = z
  .object({
    replayed: z.int().describe("Queued by this call; what is queued already is not counted"),
    remaining: z.int().describe("Events still to come, counted up to 100,000"),
    next: z.uuid().nullable().describe("Send it as `after` to go on; null when nothing remains"),
  })
  .openapi("ReplayedWebhooks");

export const replayWebhooksRoute = defineRoute({
  operationId: "replayWebhooks",
  summary: "Send events to a webhook endpoint again",
  description: `One event, or those from a time on: ${MOST_REPLAYED} a call. They keep their ids, so a receiver can tell.`,
  tags: ["Webhooks"],
  scope: "webhooks:write",
  limit: { cost: 10 },
  problems: ["not_found"],
  method: "post",
  path: "/v1/webhook-endpoints/{id}/replay",
  request: { params: IdParam, ...jsonBody(Choice) },
  responses: { 202: jsonAnswer(Replayed, "They are on their way.") },
});

export const registerReplayWebhooks = (edge: Edge) =>
  edge.openapi(replayWebhooksRoute, async (c) => {
    const { id } = c.req.valid("param");
    const choice = c.req.valid("json");
    const { db } = c.get("ctx");
    const { tenantId } = callerOf(c);
    const replayed =
      "eventId" in choice
        ? await replayEvent(db, tenantId, id, choice.eventId)
        : await replayRange(db, tenantId, id, { ...choice, isUndeliveredOnly: choice.which === "undelivered" });
    return c.json(toJson(orProblem(replayed)), 202);
  });
