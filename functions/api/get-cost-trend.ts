import { z } from "@hono/zod-openapi";
import { costTrend } from "#shared/costs/read-costs.ts";
import { CostQuery, filterOf } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { costTrendCsv } from "#shared/http/costs-csv.ts";
import { csvHeaders, prefersCsv } from "#shared/http/csv.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { CostTrend, jsonOrCsv } from "./cost-schema.ts";

export const getCostTrendRoute = defineRoute({
  operationId: "getCostTrend",
  summary: "Read costs by day or month",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/trend",
  request: { query: CostQuery.extend({ bucket: z.enum(["day", "month"]).default("day") }) },
  responses: { 200: jsonOrCsv(CostTrend, "A row for each day or month, those without a cost too.") },
});

export const registerGetCostTrend = (edge: Edge) =>
  edge.openapi(getCostTrendRoute, async (c) => {
    const { bucket, ...query } = c.req.valid("query");
    const filter = filterOf(query, c.get("ctx").clock());
    const items = await costTrend(costReaderOf(c), filter, bucket);
    c.header("vary", "accept");
    if (prefersCsv(c.req.header("accept"))) {
      return c.body(costTrendCsv(bucket, items), 200, csvHeaders(`costs-${filter.from}-${filter.to}.csv`));
    }
    return c.json({ from: filter.from, to: filter.to, items }, 200);
  });
