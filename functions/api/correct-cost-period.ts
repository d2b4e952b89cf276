import { z } from "@hono/zod-openapi";
import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { correctCostPeriod } from "#shared/http/close-cost-period.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { PeriodParam } from "#shared/http/focus-answer.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { CorrectedCostPeriod } from "./period-schema.ts";

export const correctCostPeriodRoute = defineRoute({
  operationId: "correctCostPeriod",
  summary: "Correct a closed month by new rows, from what is known now",
  tags: ["Costs"],
  scope: "finance:close",
  problems: ["period_open"],
  method: "post",
  path: "/v1/costs/periods/{period}/correct",
  request: { params: PeriodParam, ...jsonBody(z.strictObject({ reason: z.string().trim().min(3).max(500) })) },
  responses: { 200: jsonAnswer(CorrectedCostPeriod, "What was corrected; nothing when nothing had changed.") },
});

export const registerCorrectCostPeriod = (edge: Edge) =>
  edge.openapi(correctCostPeriodRoute, async (c) => {
    const input = { actor: actorOf(consumerOf(c)), reason: c.req.valid("json").reason };
    return c.json(orProblem(await correctCostPeriod(c.get("ctx"), c.req.valid("param").period, input)), 200);
  });
