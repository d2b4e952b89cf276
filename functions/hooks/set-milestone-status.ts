import { z } from "@hono/zod-openapi";
import { changeMilestone } from "#shared/goals/change-milestone.ts";
import { MILESTONE_STATUSES } from "#shared/goals/tables.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Milestone } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody, MilestoneParam, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

const Status = z.strictObject({ status: z.enum(MILESTONE_STATUSES) }).openapi("MilestoneStatus");

export const setMilestoneStatusRoute = defineRoute({
  operationId: "setMilestoneStatus",
  summary: "Set how far a milestone is",
  tags: ["Goals"],
  scope: "run:milestones.write",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "patch",
  path: "/v1/goals/{id}/milestones/{milestoneId}",
  request: { params: MilestoneParam, ...jsonBody(Status) },
  responses: { 200: jsonAnswer(Milestone, "The milestone.") },
});

export const registerSetMilestoneStatus = (edge: Edge) =>
  edge.openapi(setMilestoneStatusRoute, async (c) => {
    const { id: goalId, milestoneId } = c.req.valid("param");
    const actor = runActor(runOf(c));
    const change = c.req.valid("json");
    const milestone = await changeMilestone(c.get("ctx"), actor, { goalId, milestoneId }, change);
    return c.json(toJson(orProblem(milestone)), 200);
  });
