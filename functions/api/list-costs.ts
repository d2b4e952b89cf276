import { z } from "@hono/zod-openapi";
import { hasScope } from "#shared/accounts/principal.ts";
import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { costsBy } from "#shared/costs/read-costs.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { CostQuery, filterOf } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { costRowsCsv } from "#shared/http/costs-csv.ts";
import { csvHeaders, prefersCsv } from "#shared/http/csv.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { CostPage, jsonOrCsv } from "./cost-schema.ts";

const Dimension = z.enum(["function", "tenant", "workflow", "run", "day", "provider", "meter"]);

export const listCostsRoute = defineRoute({
  operationId: "listCosts",
  summary: "List costs by function, tenant, workflow, run, day, provider or meter",
  description: "By tenant needs the scope `finance:read` too. Runs are sorted by list cost.",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/by/{dimension}",
  request: {
    params: z.object({ dimension: Dimension }),
    query: CostQuery.extend({
      sort: z
        .enum(["effectiveCost", "listCost", "key"])
        .optional()
        .describe("Default: effectiveCost; of runs listCost."),
      direction: z.enum(["asc", "desc"]).default("desc"),
      limit: z.coerce.number().int().min(1).max(500).default(50),
      before: z.string().max(1000).optional().describe("The `next` of the page before."),
    }),
  },
  responses: { 200: jsonOrCsv(CostPage, "A page of rows.") },
});

export const registerListCosts = (edge: Edge) =>
  edge.openapi(listCostsRoute, async (c) => {
    const { dimension } = c.req.valid("param");
    const { sort, direction, limit, before, ...query } = c.req.valid("query");
    if (dimension === "tenant" && !hasScope(consumerOf(c), "finance:read")) {
      throw new ProblemError(fail("scope_missing", "Costs by tenant need the scope finance:read."));
    }
    const filter = filterOf(query, c.get("ctx").clock());
    const reader = costReaderOf(c);
    const by = sort ?? (dimension === "run" ? "listCost" : "effectiveCost");
    const page = await costsBy(reader, dimension, filter, { limit, before }, { by, direction });
    c.header("vary", "accept");
    if (prefersCsv(c.req.header("accept"))) {
      const names = await tenantNames(reader.db, dimension === "tenant" ? page.items.map(({ key }) => key) : []);
      const headers = csvHeaders(`costs-by-${dimension}-${filter.from}-${filter.to}.csv`);
      return c.body(costRowsCsv(dimension, page.items, { names }), 200, headers);
    }
    return c.json({ from: filter.from, to: filter.to, ...page }, 200);
  });
