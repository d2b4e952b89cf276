import { z } from "@hono/zod-openapi";
import { planMilestones } from "#shared/goals/plan-milestones.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Milestone, MilestoneInput } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

const PlannedMilestone = MilestoneInput.extend({
  key: z.string().min(1).max(100).describe("The same key in this execution is the same milestone"),
  position: z.int().min(1).max(10_000),
});

const Plan = z.strictObject({ milestones: z.array(PlannedMilestone).min(1).max(50) }).openapi("MilestonePlan");

const Planned = z.object({ items: z.array(Milestone.extend({ key: z.string() })) }).openapi("PlannedMilestones");

export const planMilestonesRoute = defineRoute({
  operationId: "planMilestones",
  summary: "Write the milestones that the run planned",
  description: "What this execution has written before, in whichever attempt, stands as it is.",
  tags: ["Goals"],
  scope: "run:milestones.write",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/goals/{id}/milestones",
  request: { params: IdParam, ...jsonBody(Plan) },
  responses: { 200: jsonAnswer(Planned, "The milestones, in the order given.") },
});

export const registerPlanMilestones = (edge: Edge) =>
  edge.openapi(planMilestonesRoute, async (c) => {
    const run = runOf(c);
    const { id } = c.req.valid("param");
    const { milestones } = c.req.valid("json");
    const items = await planMilestones(c.get("ctx"), runActor(run), run.executionId, id, milestones);
    return c.json(toJson({ items: orProblem(items) }), 200);
  });
