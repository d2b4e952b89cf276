import { z } from "@hono/zod-openapi";
import { queueInteraction } from "#shared/goals/queue-interaction.ts";
import { recordInteraction } from "#shared/goals/record-interaction.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { Interaction, InteractionInput } from "#shared/http/goal-schemas.ts";
import { idempotencyOf } from "#shared/http/idempotency.ts";
import { prefersAsync } from "#shared/http/prefer.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdempotencyHeader, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";

const Accepted = z.object({ id: z.uuid() }).openapi("InteractionAccepted");

export const recordInteractionRoute = defineRoute({
  operationId: "recordInteraction",
  summary: "Record what a user said",
  description:
    "Writes it only. The action `chat.process` also has it answered. `Prefer: respond-async` answers before it is written: what it refers to is then checked later, and what cannot be written becomes a dead letter.",
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
    202: {
      ...jsonAnswer(Accepted, "Taken. The interaction will be at `Location`, mostly within a tenth of a second."),
      headers: z.object({ location: z.string(), "preference-applied": z.string() }),
    },
  },
});

export const registerRecordInteraction = (edge: Edge) =>
  edge.openapi(recordInteractionRoute, async (c) => {
    const input = c.req.valid("json");
    const headers = c.req.valid("header");
    const idempotency = idempotencyOf(headers, "recordInteraction", input);
    const said = { ...input, author: "user" } as const;
    if (prefersAsync(headers.prefer)) {
      const { id } = orProblem(await queueInteraction(c.get("ctx"), callerOf(c), said, idempotency));
      c.header("location", `/v1/interactions/${id}`);
      c.header("preference-applied", "respond-async");
      return c.json({ id }, 202);
    }
    const interaction = orProblem(await recordInteraction(c.get("ctx"), callerOf(c), said, idempotency));
    c.header("etag", etagOf(interaction));
    return c.json(toJson(interaction), 201);
  });
