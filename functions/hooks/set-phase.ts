import { z } from "@hono/zod-openapi";
import { changeGoal } from "#shared/goals/change-goal.ts";
import { JOURNEY_PHASES } from "#shared/goals/tables.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Goal } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

const Phase = z.strictObject({ phase: z.enum(JOURNEY_PHASES) }).openapi("Phase");

export const setPhaseRoute = defineRoute({
  operationId: "setPhase",
  summary: "Set the journey phase of a goal",
  tags: ["Goals"],
  scope: "run:phase.write",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "put",
  path: "/v1/goals/{id}/phase",
  request: { params: IdParam, ...jsonBody(Phase) },
  responses: { 200: jsonAnswer(Goal, "The goal.") },
});

export const registerSetPhase = (edge: Edge) =>
  edge.openapi(setPhaseRoute, async (c) => {
    const { id } = c.req.valid("param");
    const goal = await changeGoal(c.get("ctx"), runActor(runOf(c)), id, c.req.valid("json"));
    return c.json(toJson(orProblem(goal)), 200);
  });
