import { z } from "@hono/zod-openapi";
import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { type CostDimension, type CostFilter, type CostRow, type CostSort, costsBy } from "#shared/costs/read-costs.ts";
import type { Page as PageOf } from "#shared/database/page.ts";
import { CostQuery, filterFor, filterOf } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { costRowsCsv } from "#shared/http/costs-csv.ts";
import { csvHeaders } from "#shared/http/csv.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { CostBars } from "./charts/bar-chart.tsx";
import { DIMENSIONS, Dimension } from "./dimensions.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { CostTable, labelOf } from "./parts/cost-table.tsx";
import { describeSpan, FilterForm } from "./parts/filter-form.tsx";
import { Page } from "./parts/page.tsx";
import { linkTo, type Parameters } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

const Query = CostQuery.extend({
  sort: z.enum(["effectiveCost", "listCost", "key"]).optional(),
  direction: z.enum(["asc", "desc"]).default("desc"),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z.string().max(1000).optional(),
  format: z.enum(["html", "csv"]).default("html").describe("`csv` to take the rows of this page away."),
});

export const showCostsByRoute = defineRoute({
  operationId: "showCostsBy",
  summary: "Costs by function, tenant, workflow, run, day, provider or meter",
  tags: ["Pages"],
  scope: "usage:read",
  problems: ["not_found"],
  method: "get",
  path: "/by/{dimension}",
  request: { params: z.object({ dimension: Dimension }), query: Query },
  responses: {
    200: { description: "A page, or CSV.", content: { ...htmlAnswer("").content, "text/csv": { schema: z.string() } } },
  },
});

export const registerShowCostsBy = (edge: Edge) =>
  edge.openapi(showCostsByRoute, async (c) => {
    const { dimension } = c.req.valid("param");
    const { sort, direction, limit, before, format, ...query } = c.req.valid("query");
    const nowMs = c.get("ctx").clock();
    const reader = costReaderOf(c);
    const filter = filterFor(reader, filterOf(query, nowMs));
    const viewer = await viewerOf(c);
    if (dimension === "tenant" && !viewer.isFinance) {
      throw new ProblemError(fail("scope_missing", "Costs by tenant are for the platform’s finance people."));
    }
    const by = sort ?? (dimension === "run" ? "listCost" : dimension === "day" ? "key" : "effectiveCost");
    const sorted: CostSort = { by, direction };
    const rows = await costsBy(reader, dimension, filter, { limit, before }, sorted);
    const names = await tenantNames(
      reader.db,
      rows.items.map(({ key, run }) => run?.tenantId ?? (dimension === "tenant" ? key : null)),
    );
    if (format === "csv") {
      const name = `costs-by-${dimension}-${filter.from}-${filter.to}.csv`;
      return c.body(costRowsCsv(dimension, rows.items, { names, isForSpreadsheet: true }), 200, csvHeaders(name));
    }
    const page = <CostsBy {...{ dimension, filter, rows, names, viewer, nowMs, sorted, limit, before }} />;
    return c.html(page, 200, await pageHeaders());
  });

interface CostsByProps {
  dimension: CostDimension;
  filter: CostFilter;
  rows: PageOf<CostRow>;
  names: ReadonlyMap<string, string>;
  viewer: Viewer;
  nowMs: number;
  sorted: CostSort;
  limit: number;
  before: string | undefined;
}

function CostsBy({ dimension, filter, rows, names, viewer, nowMs, sorted, limit, before }: CostsByProps) {
  const { title } = DIMENSIONS[dimension];
  const path = `/by/${dimension}`;
  const kept: Parameters = { sort: sorted.by, direction: sorted.direction, limit: limit === 50 ? undefined : limit };
  const link = (more: Parameters) => linkTo(path, { ...filter, ...kept, ...more });
  return (
    <Page title={title} viewer={viewer} place={path} crumbs={crumbsOf(filter)}>
      <p class="lead">{describeSpan(filter)} · US dollars</p>
      <FilterForm path={path} filter={filter} viewer={viewer} nowMs={nowMs} keep={kept} />
      {dimension === "day" || before !== undefined ? (
        ""
      ) : (
        <CostBars
          id="bars"
          title={`The first ${Math.min(10, rows.items.length)} rows, in US dollars`}
          bars={rows.items.map((row) => ({ ...row, label: labelOf(dimension, row, names) }))}
        />
      )}
      <CostTable
        dimension={dimension}
        rows={rows.items}
        filter={filter}
        names={names}
        sorting={{ ...sorted, linkTo: (by, direction) => link({ sort: by, direction }) }}
      />
      <p class="paging">
        {before === undefined ? "" : <a href={link({})}>First page</a>}
        {rows.next === null ? "" : <a href={link({ before: rows.next })}>Next page</a>}
        <a href={link({ before, format: "csv" })}>These rows as CSV</a>
      </p>
    </Page>
  );
}

/** The overview of the same days, and what a filter narrows. */
function crumbsOf(filter: CostFilter): (readonly [string, string])[] {
  const { from, to, ...rest } = filter;
  const narrowed = Object.values(rest);
  return [
    ["Overview", linkTo("", { from, to })],
    ...(narrowed.length > 0 ? [[narrowed.join(", "), linkTo("", { ...filter })] as const] : []),
  ];
}
