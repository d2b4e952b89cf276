import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { addDays, countDays, dayOf, spanBefore } from "#shared/costs/budgets/days.ts";
import type { CostDimension, CostFilter, CostRow, CostSummary, CostTrendPoint } from "#shared/costs/read-costs.ts";
import { costSummary, costsBy, costTrend } from "#shared/costs/read-costs.ts";
import { CostQuery, filterFor, filterOf } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { TrendChart } from "./charts/trend-chart.tsx";
import { DIMENSIONS } from "./dimensions.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Amount } from "./parts/amount.tsx";
import { Completeness } from "./parts/completeness.tsx";
import { CostTable } from "./parts/cost-table.tsx";
import { formatChange, formatQuantity, placesFor } from "./parts/figures.ts";
import { describeSpan, FilterForm } from "./parts/filter-form.tsx";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showOverviewRoute = defineRoute({
  operationId: "showOverview",
  summary: "What was spent, with its trend and its largest parts",
  tags: ["Pages"],
  scope: "usage:read",
  method: "get",
  path: "/",
  request: { query: CostQuery },
  responses: { 200: htmlAnswer("A page.") },
});

const MOST_DAYS_BY_DAY = 92;
const TOP = 5;

export const registerShowOverview = (edge: Edge) =>
  edge.openapi(showOverviewRoute, async (c) => {
    const nowMs = c.get("ctx").clock();
    const reader = costReaderOf(c);
    const filter = filterFor(reader, filterOf(c.req.valid("query"), nowMs));
    const before = { ...filter, ...spanBefore(filter, dayOf(nowMs)) };
    const viewer = await viewerOf(c);
    const dimensions: CostDimension[] = [
      "function",
      ...(viewer.isFinance ? (["tenant"] as const) : []),
      "workflow",
      "provider",
    ];
    const bucket = countDays(filter.from, filter.to) > MOST_DAYS_BY_DAY ? "month" : "day";
    const [summary, past, points, ...pages] = await Promise.all([
      costSummary(reader, filter),
      costSummary(reader, before),
      costTrend(reader, filter, bucket),
      ...dimensions.map((dimension) => costsBy(reader, dimension, filter, { limit: TOP })),
    ]);
    const tops = dimensions.map((dimension, index) => ({ dimension, rows: pages[index]?.items ?? [] }));
    const names = await tenantNames(
      reader.db,
      tops.flatMap(({ dimension, rows }) => (dimension === "tenant" ? rows.map(({ key }) => key) : [])),
    );
    const page = <Overview {...{ viewer, filter, summary, past, before, points, bucket, tops, names, nowMs }} />;
    return c.html(page, 200, await pageHeaders());
  });

interface OverviewProps {
  viewer: Viewer;
  filter: CostFilter;
  summary: CostSummary;
  past: CostSummary;
  before: CostFilter;
  points: CostTrendPoint[];
  bucket: "day" | "month";
  tops: { dimension: CostDimension; rows: CostRow[] }[];
  names: ReadonlyMap<string, string>;
  nowMs: number;
}

function Overview({ viewer, filter, summary, past, before, points, bucket, tops, names, nowMs }: OverviewProps) {
  const places = placesFor([summary.effectiveCost, summary.listCost]);
  const isRunning = filter.from <= dayOf(nowMs) && addDays(dayOf(nowMs), 1) < filter.to;
  const change = formatChange(summary.effectiveCost ?? "0", past.effectiveCost ?? "0");
  return (
    <Page title="Overview" viewer={viewer} place="">
      <p class="lead">{describeSpan(filter)} · US dollars</p>
      <Completeness summary={summary} />
      <FilterForm path="" filter={filter} viewer={viewer} nowMs={nowMs} />
      <dl class="tiles">
        <div>
          <dt>Effective cost</dt>
          <dd>
            <Amount value={summary.effectiveCost} places={places} />
            <small>
              {change === null
                ? `none in ${describeSpan(before)}`
                : `${change} against ${describeSpan(before)}${isRunning ? "; its fees count whole already" : ""}`}
            </small>
          </dd>
        </div>
        <div>
          <dt>Marginal cost</dt>
          <dd>
            <Amount value={summary.listCost} places={places} />
            <small>at the price of the next unit</small>
          </dd>
        </div>
        {viewer.isFinance ? (
          <div>
            <dt>Not allocated</dt>
            <dd>
              <Amount value={summary.unallocated} places={places} />
              <small>of the effective cost</small>
            </dd>
          </div>
        ) : (
          ""
        )}
        <div>
          <dt>Invocations</dt>
          <dd>
            {formatQuantity(String(summary.invocations))}
            <small>recorded</small>
          </dd>
        </div>
      </dl>
      <TrendChart points={points} bucket={bucket} />
      <LookUp />
      <div class="brief">
        {tops.map(({ dimension, rows }) => (
          <section>
            <h2>{DIMENSIONS[dimension].title}</h2>
            <CostTable dimension={dimension} rows={rows} filter={filter} names={names} isBrief />
            <p>
              <a href={linkTo(`/by/${dimension}`, { ...filter })}>
                All, with evidence and sorting<span class="no-print"> →</span>
              </a>
            </p>
          </section>
        ))}
      </div>
    </Page>
  );
}

/** For who holds an id: of an invocation (`x-request-id`) or of a workflow run. */
const LookUp = () => (
  <form class="filter" method="get" action={linkTo("/find")} aria-label="Find">
    <div>
      <label for="find-id">Invocation or run, by its id</label>
      <input id="find-id" name="id" type="text" size={38} required pattern="[0-9a-fA-F\-]{36}" />
    </div>
    <div>
      <button type="submit">Find</button>
    </div>
  </form>
);
