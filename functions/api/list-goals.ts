import { z } from "@hono/zod-openapi";
import { listGoals } from "#shared/goals/list-goals.ts";
import { GOAL_STATUSES, JOURNEY_PHASES } from "#shared/goals/tables.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Goal } from "#shared/http/goal-schemas.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";

export const listGoalsRoute = defineRoute({
  operationId: "listGoals",
  summary: "List the tenant's goals, newest first",
  tags: ["Goals"],
  scope: "goals:read",
  method: "get",
  path: "/v1/goals",
  request: {
    query: PageQuery.extend({
      userId: z.string().optional(),
      status: z.enum(GOAL_STATUSES).optional(),
      phase: z.enum(JOURNEY_PHASES).optional(),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(Goal, "GoalPage"), "A page of goals.") },
});

export const registerListGoals = (edge: Edge) =>
  edge.openapi(listGoalsRoute, async (c) =>
    c.json(toJson(await listGoals(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
