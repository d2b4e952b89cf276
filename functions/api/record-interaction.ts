import { z } from "@hono/zod-openapi";
import { queueInteraction } from "#shared/goals/queue-interaction.ts";
import { recordInteraction, recordInteractionOnce } from "#shared/goals/record-interaction.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { Interaction, InteractionInput } from "#shared/http/goal-schemas.ts";
import { idempotencyOf } from "#shared/http/idempotency.ts";
import { prefersAsync } from "#shared/http/prefer.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdempotencyHeader, jsonBody, toJson } from "#shared/http/schemas.ts";
import { acceptedAnswer, locationOf } from "./accepted-interaction.ts";

export const recordInteractionRoute = defineRoute({
  operationId: "recordInteraction",
  summary: "Record what a user said",
  description:
    "Writes it only. The action `chat.process` also has it answered. `Prefer: respond-async` answers before it is written: what it refers to is then checked later, and what cannot be written becomes a dead letter. A repeated request, with or without it, is answered 202 as long as the first one waits to be written.",
  tags: ["Interactions"],
  scope: "interactions:write",
  problems: ["not_found", "idempotency_key_reused", "busy"],
  method: "post",
  path: "/v1/interactions",
  request: {
    headers: IdempotencyHeader.extend({ prefer: z.string().optional().describe("`respond-async` (RFC 7240)") }),
    ...jsonBody(InteractionInput),
  },
  responses: {
    201: versionedAnswer(Interaction, "The interaction."),
    202: acceptedAnswer,
  },
});

export const registerRecordInteraction = (edge: Edge) =>
  edge.openapi(recordInteractionRoute, async (c) => {
    const input = c.req.valid("json");
    const headers = c.req.valid("header");
    const idempotency = idempotencyOf(headers, "recordInteraction", input);
    const said = { ...input, author: "user" } as const;
    const ctx = c.get("ctx");
    const accepted = (id: string) => c.json({ id }, 202, { location: locationOf(id) });
    if (prefersAsync(headers.prefer)) {
      const { id } = orProblem(await queueInteraction(ctx, callerOf(c), said, idempotency));
      c.header("preference-applied", "respond-async");
      return accepted(id);
    }
    const recorded = idempotency
      ? await recordInteractionOnce(ctx, callerOf(c), said, idempotency)
      : await recordInteraction(ctx, callerOf(c), said);
    const interaction = orProblem(recorded);
    if ("isQueued" in interaction) return accepted(interaction.id);
    c.header("etag", etagOf(interaction));
    return c.json(toJson(interaction), 201);
  });
