import { z } from "@hono/zod-openapi";
import { changeGoal } from "#shared/goals/change-goal.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Goal } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

const Progress = z.strictObject({ progressPercent: z.int().min(0).max(100) }).openapi("Progress");

export const setProgressRoute = defineRoute({
  operationId: "setProgress",
  summary: "Record how far a goal is",
  tags: ["Goals"],
  scope: "run:progress.write",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "put",
  path: "/v1/goals/{id}/progress",
  request: { params: IdParam, ...jsonBody(Progress) },
  responses: { 200: jsonAnswer(Goal, "The goal.") },
});

export const registerSetProgress = (edge: Edge) =>
  edge.openapi(setProgressRoute, async (c) => {
    const { id } = c.req.valid("param");
    const goal = await changeGoal(c.get("ctx"), runActor(runOf(c)), id, c.req.valid("json"));
    return c.json(toJson(orProblem(goal)), 200);
  });
