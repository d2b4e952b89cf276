import { z } from "@hono/zod-openapi";
import { listBudgetStatuses } from "#shared/costs/budgets/budget-status.ts";
import { dayOf, monthOf } from "#shared/costs/budgets/days.ts";
import { CostQuery } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { BudgetStatus } from "./budget-schema.ts";

export const listBudgetsRoute = defineRoute({
  operationId: "listBudgets",
  summary: "List budgets, and how they stand in a month: spent, forecast, thresholds",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/budgets",
  request: { query: CostQuery.pick({ period: true }) },
  responses: { 200: jsonAnswer(z.object({ items: z.array(BudgetStatus) }), "The budgets, by name.") },
});

export const registerListBudgets = (edge: Edge) =>
  edge.openapi(listBudgetsRoute, async (c) => {
    const today = dayOf(c.get("ctx").clock());
    const period = c.req.valid("query").period || monthOf(today);
    const items = await listBudgetStatuses(costReaderOf(c), period, today);
    return c.json(toJson({ items }), 200);
  });
