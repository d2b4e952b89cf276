import { type CostPeriod, listPeriods } from "#shared/costs/reading/list-periods.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Amount } from "./parts/amount.tsx";
import { DataTable } from "./parts/data-table.tsx";
import { placesFor } from "./parts/figures.ts";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showPeriodsRoute = defineRoute({
  operationId: "showPeriods",
  summary: "The months of the ledger: open or closed, by whom and when",
  tags: ["Pages"],
  scope: "finance:read",
  method: "get",
  path: "/periods",
  responses: { 200: htmlAnswer("A page.") },
});

const MOST_MONTHS = 36;

export const registerShowPeriods = (edge: Edge) =>
  edge.openapi(showPeriodsRoute, async (c) => {
    const periods = await listPeriods(costReaderOf(c), MOST_MONTHS);
    return c.html(<Periods viewer={await viewerOf(c)} periods={periods} />, 200, await pageHeaders());
  });

function Periods({ viewer, periods }: { viewer: Viewer; periods: readonly CostPeriod[] }) {
  const places = placesFor(periods.flatMap(({ effectiveCost, listCost }) => [effectiveCost, listCost]));
  return (
    <Page title="Periods" viewer={viewer} place="/periods">
      <p class="lead">An open month is priced again as usage comes in. A closed one changes by corrections only.</p>
      <DataTable
        rows={periods}
        whenEmpty="No month has been priced yet."
        columns={[
          {
            label: "Month",
            isHeading: true,
            cell: ({ period }) => <a href={linkTo(`/periods/${period}`)}>{period}</a>,
          },
          { label: "State", cell: ({ state }) => state },
          {
            label: "Marginal cost",
            isNumber: true,
            cell: ({ listCost }) => <Amount value={listCost} places={places} />,
          },
          {
            label: "Effective cost",
            isNumber: true,
            cell: ({ effectiveCost }) => <Amount value={effectiveCost} places={places} />,
          },
          { label: "Corrections", isNumber: true, cell: ({ corrections }) => String(corrections) },
          { label: "Last priced (UTC)", cell: ({ pricedAt }) => minuteOf(pricedAt) },
          {
            label: "Closed (UTC)",
            cell: ({ closedAt, closedByName, closedBy }) =>
              closedAt === null ? "–" : `${minuteOf(closedAt)} by ${closedByName ?? closedBy ?? "nobody known"}`,
          },
          {
            label: "Invoices",
            cell: ({ period }) => <a href={linkTo(`/periods/${period}/reconciliation`)}>Reconciliation</a>,
          },
        ]}
      />
    </Page>
  );
}

/** `2026-11-03 10:00`. */
export const minuteOf = (instant: string | null): string => instant?.slice(0, 16).replace("T", " ") ?? "–";
