import { readProgress } from "#shared/goals/goal-progress.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { GoalProgress } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";

export const getGoalProgressRoute = defineRoute({
  operationId: "getGoalProgress",
  summary: "Read how far a goal is",
  tags: ["Goals"],
  scope: "goals:read",
  problems: ["not_found"],
  cache: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  method: "get",
  path: "/v1/goals/{id}/progress",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(GoalProgress, "Counted from its milestones.") },
});

export const registerGetGoalProgress = (edge: Edge) =>
  edge.openapi(getGoalProgressRoute, async (c) => {
    const { id } = c.req.valid("param");
    return sendJson(c, orProblem(await readProgress(c.get("ctx"), callerOf(c).tenantId, id)));
  });
