import { z } from "@hono/zod-openapi";
import { recordInteraction } from "#shared/goals/record-interaction.ts";
import { INTERACTION_KINDS } from "#shared/goals/tables.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Interaction } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { derivedId } from "#shared/kernel/id.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

const Said = z
  .strictObject({
    key: z.string().min(1).max(100).describe("The same key in this execution is the same interaction"),
    userId: z.string().min(1).describe("To whom"),
    goalId: z.uuid().nullish(),
    kind: z.enum(INTERACTION_KINDS),
    content: z.string().trim().min(1).max(10_000),
    inReplyTo: z.uuid().nullish(),
  })
  .openapi("AssistantInteraction");

export const recordInteractionRoute = defineRoute({
  operationId: "recordInteraction",
  summary: "Record what the assistant said",
  tags: ["Interactions"],
  scope: "run:interactions.write",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/interactions",
  request: jsonBody(Said),
  responses: { 200: jsonAnswer(Interaction, "The interaction, new or from before.") },
});

export const registerRecordInteraction = (edge: Edge) =>
  edge.openapi(recordInteractionRoute, async (c) => {
    const run = runOf(c);
    const { key, userId, inReplyTo, ...said } = c.req.valid("json");
    const id = derivedId(run.executionId, "interaction", key);
    const interaction = await recordInteraction(
      c.get("ctx"),
      { ...runActor(run), userId },
      { ...said, id, author: "assistant", inReplyTo: inReplyTo ?? undefined },
    );
    return c.json(toJson(orProblem(interaction)), 200);
  });
