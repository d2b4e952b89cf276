import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { MOST_REPLAYS, replayDeadLetters } from "#shared/workflows/replay-dead-letters.ts";

const Which = z
  .union([
    z.strictObject({ ids: z.array(z.uuid()).min(1).max(MOST_REPLAYS) }),
    z.strictObject({ all: z.literal(true).describe(`The oldest ${MOST_REPLAYS}; call again for more`) }),
  ])
  .openapi("DeadLetterChoice");

const Outcome = z
  .object({
    replayed: z.array(z.uuid()),
    refused: z.array(z.object({ id: z.uuid(), code: z.string().describe("Why, as in a problem document") })),
  })
  .openapi("ReplayedDeadLetters");

export const replayDeadLettersRoute = defineRoute({
  operationId: "replayDeadLetters",
  summary: "Replay many dead letters",
  description: "Each by itself: one that is refused holds no other back.",
  tags: ["Deliveries"],
  scope: "deliveries:replay",
  limit: { cost: 10 },
  method: "post",
  path: "/v1/dead-letters/replay",
  request: jsonBody(Which),
  responses: { 200: jsonAnswer(Outcome, "What became of each.") },
});

export const registerReplayDeadLetters = (edge: Edge) =>
  edge.openapi(replayDeadLettersRoute, async (c) =>
    c.json(toJson(await replayDeadLetters(c.get("ctx"), callerOf(c).tenantId, c.req.valid("json"))), 200),
  );
