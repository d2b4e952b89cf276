import { changeMilestone } from "#shared/goals/change-milestone.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, IfMatchHeader, versionedAnswer } from "#shared/http/etag.ts";
import { Milestone, MilestoneChange } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonBody, MilestoneParam, toJson } from "#shared/http/schemas.ts";

export const changeMilestoneRoute = defineRoute({
  operationId: "changeMilestone",
  summary: "Change a milestone",
  description: "What is not named stays.",
  tags: ["Goals"],
  scope: "goals:write",
  problems: ["not_found", "precondition_failed"],
  method: "patch",
  path: "/v1/goals/{id}/milestones/{milestoneId}",
  request: { params: MilestoneParam, headers: IfMatchHeader, ...jsonBody(MilestoneChange) },
  responses: { 200: versionedAnswer(Milestone, "The milestone as it is now.") },
});

export const registerChangeMilestone = (edge: Edge) =>
  edge.openapi(changeMilestoneRoute, async (c) => {
    const { id: goalId, milestoneId } = c.req.valid("param");
    const of = { goalId, milestoneId };
    const version = c.req.valid("header")["if-match"];
    const milestone = orProblem(await changeMilestone(c.get("ctx"), callerOf(c), of, c.req.valid("json"), version));
    c.header("etag", etagOf(milestone));
    return c.json(toJson(milestone), 200);
  });
