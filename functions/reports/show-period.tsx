import { dayOf, monthOf } from "#shared/costs/budgets/days.ts";
import { type Correction, listCorrections } from "#shared/costs/reading/list-corrections.ts";
import { type CostPeriod, readPeriod } from "#shared/costs/reading/list-periods.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { PeriodParam } from "#shared/http/focus-answer.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Amount } from "./parts/amount.tsx";
import { DataTable } from "./parts/data-table.tsx";
import { placesFor } from "./parts/figures.ts";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { minuteOf } from "./show-periods.tsx";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showPeriodRoute = defineRoute({
  operationId: "showPeriod",
  summary: "One month: its state, hashes, corrections and exports",
  tags: ["Pages"],
  scope: "finance:read",
  problems: ["not_found"],
  method: "get",
  path: "/periods/{period}",
  request: { params: PeriodParam },
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowPeriod = (edge: Edge) =>
  edge.openapi(showPeriodRoute, async (c) => {
    const reader = costReaderOf(c);
    const month = c.req.valid("param").period;
    const [period, corrections] = await Promise.all([readPeriod(reader, month), listCorrections(reader, month)]);
    if (!period) throw new ProblemError(fail("not_found", "This month has not been priced yet."));
    const isOver = month < monthOf(dayOf(c.get("ctx").clock()));
    const page = <Period {...{ viewer: await viewerOf(c), period, corrections, isOver }} />;
    return c.html(page, 200, await pageHeaders());
  });

interface PeriodProps {
  viewer: Viewer;
  period: CostPeriod;
  corrections: readonly Correction[];
  isOver: boolean;
}

function Period({ viewer, period, corrections, isOver }: PeriodProps) {
  const { period: month, state } = period;
  const places = placesFor([period.effectiveCost, period.listCost]);
  return (
    <Page title={month} viewer={viewer} place="/periods" crumbs={[["Periods", linkTo("/periods")]]}>
      <dl class="facts">
        <dt>State</dt>
        <dd>{state}</dd>
        <dt>Effective cost</dt>
        <dd>
          <Amount value={period.effectiveCost} places={places} />
        </dd>
        <dt>Marginal cost</dt>
        <dd>
          <Amount value={period.listCost} places={places} />
        </dd>
        <dt>Last priced</dt>
        <dd>
          {minuteOf(period.pricedAt)} UTC, {period.charges} charges
        </dd>
        {period.closedAt === null ? (
          ""
        ) : (
          <>
            <dt>Closed</dt>
            <dd>
              {minuteOf(period.closedAt)} UTC by {period.closedByName ?? period.closedBy}
            </dd>
          </>
        )}
        <dt>Made from</dt>
        <dd>
          <code>{period.inputHash ?? "–"}</code>
        </dd>
        <dt>Result</dt>
        <dd>
          <code>{period.outputHash ?? "–"}</code>
        </dd>
      </dl>
      <p class="dim">The same usage, accounts and prices give the same result: hashes are SHA-256.</p>
      <p class="paging">
        <a href={linkTo("", { period: month })}>Its costs</a>
        <a href={linkTo(`/periods/${month}/reconciliation`)}>Reconciliation with invoices</a>
        {state === "open" && isOver && viewer.canClose ? (
          <a href={linkTo(`/periods/${month}/close`)}>Close this month …</a>
        ) : (
          ""
        )}
      </p>
      {state === "open" && !isOver ? <p class="dim">It can be closed when it is over.</p> : ""}
      <h2>Exports</h2>
      <ul>
        {EXPORTS.map(([label, parameters]) => (
          <li>
            <a href={linkTo(`/periods/${month}/focus`, parameters)}>{label}</a>
          </li>
        ))}
      </ul>
      <h2>Corrections</h2>
      <DataTable
        rows={corrections}
        whenEmpty="None."
        columns={[
          { label: "Card and meter", isHeading: true, cell: ({ card, meter }) => `${card} ${meter}` },
          {
            label: "Changes the cost by",
            isNumber: true,
            cell: ({ billedCost }) => <Amount value={billedCost} places={places} />,
          },
          { label: "Why", cell: ({ reason }) => reason ?? "–" },
          { label: "When (UTC)", cell: ({ createdAt }) => minuteOf(createdAt) },
          { label: "By", cell: ({ createdBy }) => createdBy ?? "–" },
        ]}
      />
    </Page>
  );
}

const EXPORTS = [
  ["FOCUS 1.4, Cost and Usage, CSV", { version: "1.4", format: "csv" }],
  ["FOCUS 1.4, Cost and Usage, JSON", { version: "1.4", format: "json" }],
  ["FOCUS 1.4, Invoice Detail, CSV", { version: "1.4", dataset: "invoice-detail", format: "csv" }],
  ["FOCUS 1.2, Cost and Usage, CSV", { version: "1.2", format: "csv" }],
  ["FOCUS 1.4 for a spreadsheet, every digit kept", { version: "1.4", format: "spreadsheet" }],
] as const;
