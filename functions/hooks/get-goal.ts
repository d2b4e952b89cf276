import { progressOf } from "#shared/goals/goal-progress.ts";
import { readGoal } from "#shared/goals/read-goal.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { GoalProgress, GoalWithMilestones } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";

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
    const { loads, clock } = c.get("ctx");
    const goal = orProblem(await readGoal(loads, runOf(c).tenantId, c.req.valid("param").id));
    return c.json(toJson({ ...goal, progress: progressOf(goal, clock()) }), 200);
  });
