import { z } from "@hono/zod-openapi";
import { listPeriods } from "#shared/costs/reading/list-periods.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { CostPeriod } from "./period-schema.ts";

export const listCostPeriodsRoute = defineRoute({
  operationId: "listCostPeriods",
  summary: "List the months of the ledger: open or closed, by whom and when",
  tags: ["Costs"],
  scope: "finance:read",
  method: "get",
  path: "/v1/costs/periods",
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(120).default(36) }) },
  responses: { 200: jsonAnswer(z.object({ items: z.array(CostPeriod) }), "The months, the newest first.") },
});

export const registerListCostPeriods = (edge: Edge) =>
  edge.openapi(listCostPeriodsRoute, async (c) =>
    c.json({ items: await listPeriods(costReaderOf(c), c.req.valid("query").limit) }, 200),
  );
