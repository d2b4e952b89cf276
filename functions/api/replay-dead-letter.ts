import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer } from "#shared/http/schemas.ts";
import { replayDeadLetter } from "#shared/workflows/replay-dead-letter.ts";

export const replayDeadLetterRoute = defineRoute({
  operationId: "replayDeadLetter",
  summary: "Replay a dead letter",
  description: "A webhook's execution is driven as its next attempt; a message goes back to its queue.",
  tags: ["Deliveries"],
  scope: "deliveries:replay",
  problems: ["not_found", "not_replayable"],
  method: "post",
  path: "/v1/dead-letters/{id}/replay",
  request: { params: IdParam },
  responses: { 202: jsonAnswer(z.object({ replayed: z.uuid() }).openapi("ReplayedDeadLetter"), "It is on its way.") },
});

export const registerReplayDeadLetter = (edge: Edge) =>
  edge.openapi(replayDeadLetterRoute, async (c) => {
    const { id } = c.req.valid("param");
    orProblem(await replayDeadLetter(c.get("ctx"), callerOf(c).tenantId, id));
    return c.json({ replayed: id }, 202);
  });
