import { cached } from "#shared/caching/cached.ts";
import { progressOf } from "#shared/goals/goal-progress.ts";
import { readGoal } from "#shared/goals/read-goal.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { GoalProgress, GoalWithMilestones } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";

/** The workflows of one goal ask for it several times a run. */
const KEPT_MS = 60_000;

const Answer = GoalWithMilestones.extend({ progress: GoalProgress }).openapi("GoalAndProgress");

export const getGoalRoute = defineRoute({
  operationId: "getGoal",
  summary: "Read a goal with its milestones and progress",
  tags: ["Goals"],
  scope: "run:goals.read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/goals/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Answer, "The goal.") },
});

export const registerGetGoal = (edge: Edge) =>
  edge.openapi(getGoalRoute, async (c) => {
    const ctx = c.get("ctx");
    const { tenantId } = runOf(c);
    const { id } = c.req.valid("param");
    const spec = { key: `goal:${tenantId}:${id.toLowerCase()}`, ttlMs: KEPT_MS };
    const goal = orProblem(await cached(ctx, spec, (kept) => readGoal(kept, tenantId, id)));
    return c.json(toJson({ ...goal, progress: progressOf(goal, ctx.clock()) }), 200);
  });
