import { z } from "@hono/zod-openapi";
import { listGoals, listGoalsWithMilestones } from "#shared/goals/list-goals.ts";
import { GOAL_STATUSES, JOURNEY_PHASES } from "#shared/goals/tables.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { GoalInList } from "#shared/http/goal-schemas.ts";
import { jsonAnswer, PageQuery, pageOf } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";

export const listGoalsRoute = defineRoute({
  operationId: "listGoals",
  summary: "List the tenant's goals, newest first",
  tags: ["Goals"],
  scope: "goals:read",
  cache: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  method: "get",
  path: "/v1/goals",
  request: {
    query: PageQuery.extend({
      userId: z.string().optional(),
      status: z.enum(GOAL_STATUSES).optional(),
      phase: z.enum(JOURNEY_PHASES).optional(),
      include: z.enum(["milestones"]).optional().describe("`milestones`: each goal with its milestones in their order"),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(GoalInList, "GoalList"), "A page of goals.") },
});

export const registerListGoals = (edge: Edge) =>
  edge.openapi(listGoalsRoute, async (c) => {
    const { include, ...filter } = c.req.valid("query");
    const list = include === "milestones" ? listGoalsWithMilestones : listGoals;
    return sendJson(c, await list(c.get("ctx"), callerOf(c).tenantId, filter));
  });
