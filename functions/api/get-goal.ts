import { readGoal } from "#shared/goals/read-goal.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { versionedAnswer } from "#shared/http/etag.ts";
import { GoalWithMilestones } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";

export const getGoalRoute = defineRoute({
  operationId: "getGoal",
  summary: "Read a goal with its milestones",
  tags: ["Goals"],
  scope: "goals:read",
  problems: ["not_found"],
  cache: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  method: "get",
  path: "/v1/goals/{id}",
  request: { params: IdParam },
  responses: { 200: versionedAnswer(GoalWithMilestones, "The goal; its own version begins the `ETag`.") },
});

export const registerGetGoal = (edge: Edge) =>
  edge.openapi(getGoalRoute, async (c) => {
    const { id } = c.req.valid("param");
    const goal = orProblem(await readGoal(c.get("ctx"), callerOf(c).tenantId, id));
    return sendJson(c, goal, goal.version);
  });
