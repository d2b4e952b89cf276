import { deleteGoal } from "#shared/goals/delete-goal.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { IfMatchHeader } from "#shared/http/etag.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";

export const deleteGoalRoute = defineRoute({
  operationId: "deleteGoal",
  summary: "Delete a goal with its milestones and interactions",
  tags: ["Goals"],
  scope: "goals:write",
  problems: ["not_found", "precondition_failed"],
  method: "delete",
  path: "/v1/goals/{id}",
  request: { params: IdParam, headers: IfMatchHeader },
  responses: { 204: noContent("It is gone.") },
});

export const registerDeleteGoal = (edge: Edge) =>
  edge.openapi(deleteGoalRoute, async (c) => {
    const { id } = c.req.valid("param");
    orProblem(await deleteGoal(c.get("ctx"), callerOf(c), id, c.req.valid("header")["if-match"]));
    return c.body(null, 204);
  });
