import { readGoal } from "#shared/goals/read-goal.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { GoalWithMilestones } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, toJson } from "#shared/http/schemas.ts";

export const getGoalRoute = defineRoute({
  operationId: "getGoal",
  summary: "Read a goal with its milestones",
  tags: ["Goals"],
  scope: "goals:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/goals/{id}",
  request: { params: IdParam },
  responses: { 200: versionedAnswer(GoalWithMilestones, "The goal; the `ETag` is its own version.") },
});

export const registerGetGoal = (edge: Edge) =>
  edge.openapi(getGoalRoute, async (c) => {
    const { id } = c.req.valid("param");
    const goal = orProblem(await readGoal(c.get("ctx").loads, callerOf(c).tenantId, id));
    c.header("etag", etagOf(goal));
    return c.json(toJson(goal), 200);
  });
