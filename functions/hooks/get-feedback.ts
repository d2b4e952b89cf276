import { z } from "@hono/zod-openapi";
import { readFeedback } from "#shared/goals/read-feedback.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Interaction } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";

const Feedback = z
  .object({
    items: z.array(Interaction).describe("The newest hundred"),
    count: z.int(),
    ratedCount: z.int(),
    averageRating: z.number().nullable().describe("1 to 5, to two decimals; null without a rating"),
  })
  .openapi("Feedback");

export const getFeedbackRoute = defineRoute({
  operationId: "getFeedback",
  summary: "Read what users fed back on a goal",
  tags: ["Goals"],
  scope: "run:feedback.read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/goals/{id}/feedback",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Feedback, "The feedback.") },
});

export const registerGetFeedback = (edge: Edge) =>
  edge.openapi(getFeedbackRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await readFeedback(c.get("ctx").db, runOf(c).tenantId, id))), 200);
  });
