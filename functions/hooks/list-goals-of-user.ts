import { z } from "@hono/zod-openapi";
import { listGoals } from "#shared/goals/list-goals.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Goal } from "#shared/http/goal-schemas.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";

export const listGoalsOfUserRoute = defineRoute({
  operationId: "listGoalsOfUser",
  summary: "List a user's goals, newest first",
  tags: ["Goals"],
  scope: "run:goals.read",
  method: "get",
  path: "/v1/users/{userId}/goals",
  request: { params: z.object({ userId: z.string().min(1) }), query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(Goal, "GoalPage"), "A page of goals; empty for a user of no goals here.") },
});

export const registerListGoalsOfUser = (edge: Edge) =>
  edge.openapi(listGoalsOfUserRoute, async (c) => {
    const filter = { ...c.req.valid("query"), ...c.req.valid("param") };
    return c.json(toJson(await listGoals(c.get("ctx"), runOf(c).tenantId, filter)), 200);
  });
