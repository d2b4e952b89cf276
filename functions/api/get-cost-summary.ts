import { costSummary } from "#shared/costs/read-costs.ts";
import { CostQuery, filterOf } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { CostSummary } from "./cost-schema.ts";

export const getCostSummaryRoute = defineRoute({
  operationId: "getCostSummary",
  summary: "Read what was spent, marginal and effective, and how complete the figures are",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/summary",
  request: { query: CostQuery },
  responses: { 200: jsonAnswer(CostSummary, "The sums of the days.") },
});

export const registerGetCostSummary = (edge: Edge) =>
  edge.openapi(getCostSummaryRoute, async (c) => {
    const filter = filterOf(c.req.valid("query"), c.get("ctx").clock());
    const summary = await costSummary(costReaderOf(c), filter);
    return c.json({ from: filter.from, to: filter.to, ...summary }, 200);
  });
