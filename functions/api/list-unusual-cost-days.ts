import { z } from "@hono/zod-openapi";
import { dayOf } from "#shared/costs/budgets/days.ts";
import { listUnusualDays } from "#shared/costs/explain/list-unusual-days.ts";
import { CostQuery, filterOf } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { fromFemto, toDecimalString } from "#shared/kernel/money.ts";

const UnusualCostDays = z
  .object({
    items: z.array(
      z.object({
        day: z.iso.date(),
        cost: z.string().describe("USD, without flat fees"),
        usual: z.string().describe("What such a day costs: the median of the days it is compared with"),
        score: z.number().describe("Modified z-score; a day is unusual above 3.5 or below −3.5."),
      }),
    ),
  })
  .openapi("UnusualCostDays");

export const listUnusualCostDaysRoute = defineRoute({
  operationId: "listUnusualCostDays",
  summary: "List the days that cost far more or less than such days did before",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/unusual-days",
  request: { query: CostQuery.pick({ period: true, from: true, to: true, tenantId: true, function: true }) },
  responses: { 200: jsonAnswer(UnusualCostDays, "The days, in order.") },
});

export const registerListUnusualCostDays = (edge: Edge) =>
  edge.openapi(listUnusualCostDaysRoute, async (c) => {
    const nowMs = c.get("ctx").clock();
    const filter = filterOf(c.req.valid("query"), nowMs);
    const days = await listUnusualDays(costReaderOf(c), filter, filter, dayOf(nowMs));
    const usd = (femto: bigint): string => toDecimalString(fromFemto(femto));
    const items = days.map(({ day, costFemto, usualFemto, score }) => ({
      day,
      cost: usd(costFemto),
      usual: usd(usualFemto),
      score,
    }));
    return c.json({ items }, 200);
  });
