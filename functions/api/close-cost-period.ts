import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { closeCostPeriod } from "#shared/http/close-cost-period.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { PeriodParam } from "#shared/http/focus-answer.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { ClosedCostPeriod } from "./period-schema.ts";

export const closeCostPeriodRoute = defineRoute({
  operationId: "closeCostPeriod",
  summary: "Close a month that is over: from then on it changes by corrections only",
  tags: ["Costs"],
  scope: "finance:close",
  problems: ["period_closed", "period_running"],
  method: "post",
  path: "/v1/costs/periods/{period}/close",
  request: { params: PeriodParam },
  responses: { 200: jsonAnswer(ClosedCostPeriod, "Closed.") },
});

export const registerCloseCostPeriod = (edge: Edge) =>
  edge.openapi(closeCostPeriodRoute, async (c) => {
    const { period } = c.req.valid("param");
    return c.json(orProblem(await closeCostPeriod(c.get("ctx"), period, actorOf(consumerOf(c)))), 200);
  });
