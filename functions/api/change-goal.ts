import { changeGoal } from "#shared/goals/change-goal.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, IfMatchHeader, versionedAnswer } from "#shared/http/etag.ts";
import { Goal, GoalChange } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonBody, toJson } from "#shared/http/schemas.ts";

export const changeGoalRoute = defineRoute({
  operationId: "changeGoal",
  summary: "Change a goal",
  description: "What is not named stays.",
  tags: ["Goals"],
  scope: "goals:write",
  problems: ["not_found", "precondition_failed"],
  method: "patch",
  path: "/v1/goals/{id}",
  request: { params: IdParam, headers: IfMatchHeader, ...jsonBody(GoalChange) },
  responses: { 200: versionedAnswer(Goal, "The goal as it is now.") },
});

export const registerChangeGoal = (edge: Edge) =>
  edge.openapi(changeGoalRoute, async (c) => {
    const { id } = c.req.valid("param");
    const version = c.req.valid("header")["if-match"];
    const goal = orProblem(await changeGoal(c.get("ctx"), callerOf(c), id, c.req.valid("json"), version));
    c.header("etag", etagOf(goal));
    return c.json(toJson(goal), 200);
  });
