import { recordInteraction } from "#shared/goals/record-interaction.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { Interaction, InteractionInput } from "#shared/http/goal-schemas.ts";
import { idempotencyOf } from "#shared/http/idempotency.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdempotencyHeader, jsonBody, toJson } from "#shared/http/schemas.ts";

export const recordInteractionRoute = defineRoute({
  operationId: "recordInteraction",
  summary: "Record what a user said",
  description: "Writes it only. The action `chat.process` also has it answered.",
  tags: ["Interactions"],
  scope: "interactions:write",
  problems: ["not_found", "idempotency_key_reused", "busy"],
  method: "post",
  path: "/v1/interactions",
  request: { headers: IdempotencyHeader, ...jsonBody(InteractionInput) },
  responses: { 201: versionedAnswer(Interaction, "The interaction.") },
});

export const registerRecordInteraction = (edge: Edge) =>
  edge.openapi(recordInteractionRoute, async (c) => {
    const input = c.req.valid("json");
    const idempotency = idempotencyOf(c.req.valid("header"), "recordInteraction", input);
    const said = { ...input, author: "user" } as const;
    const interaction = orProblem(await recordInteraction(c.get("ctx"), callerOf(c), said, idempotency));
    c.header("etag", etagOf(interaction));
    return c.json(toJson(interaction), 201);
  });
