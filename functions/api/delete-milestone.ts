import { deleteMilestone } from "#shared/goals/delete-milestone.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { IfMatchHeader } from "#shared/http/etag.ts";
import { orProblem } from "#shared/http/problem.ts";
import { MilestoneParam, noContent } from "#shared/http/schemas.ts";

export const deleteMilestoneRoute = defineRoute({
  operationId: "deleteMilestone",
  summary: "Delete a milestone",
  tags: ["Goals"],
  scope: "goals:write",
  problems: ["not_found", "precondition_failed"],
  method: "delete",
  path: "/v1/goals/{id}/milestones/{milestoneId}",
  request: { params: MilestoneParam, headers: IfMatchHeader },
  responses: { 204: noContent("It is gone.") },
});

export const registerDeleteMilestone = (edge: Edge) =>
  edge.openapi(deleteMilestoneRoute, async (c) => {
    const { id: goalId, milestoneId } = c.req.valid("param");
    const version = c.req.valid("header")["if-match"];
    orProblem(await deleteMilestone(c.get("ctx"), callerOf(c), { goalId, milestoneId }, version));
    return c.body(null, 204);
  });
