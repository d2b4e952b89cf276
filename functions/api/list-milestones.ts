import { z } from "@hono/zod-openapi";
import { readGoal } from "#shared/goals/read-goal.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Milestone } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";

export const listMilestonesRoute = defineRoute({
  operationId: "listMilestones",
  summary: "List a goal's milestones in their order",
  tags: ["Goals"],
  scope: "goals:read",
  problems: ["not_found"],
  cache: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  method: "get",
  path: "/v1/goals/{id}/milestones",
  request: { params: IdParam },
  responses: {
    200: jsonAnswer(z.object({ items: z.array(Milestone) }).openapi("MilestoneList"), "All its milestones."),
  },
});

export const registerListMilestones = (edge: Edge) =>
  edge.openapi(listMilestonesRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { milestones } = orProblem(await readGoal(c.get("ctx"), callerOf(c).tenantId, id));
    return sendJson(c, { items: milestones });
  });
