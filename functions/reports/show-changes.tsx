import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { addDays, dayOf } from "#shared/costs/budgets/days.ts";
import type { Decomposition, ExplainedCell } from "#shared/costs/explain/decompose.ts";
import { cellNameOf, type DaySpan, explainChange } from "#shared/costs/explain/explain-change.ts";
import { listUnusualDays } from "#shared/costs/explain/list-unusual-days.ts";
import type { UnusualDay } from "#shared/costs/explain/unusual-days.ts";
import type { CostFilter } from "#shared/costs/read-costs.ts";
import { ChangeQuery, spansOf } from "#shared/http/change-query.ts";
import { filterFor } from "#shared/http/cost-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { fromFemto, toDecimalString } from "#shared/kernel/money.ts";
import { ChangeChart } from "./charts/change-chart.tsx";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Amount } from "./parts/amount.tsx";
import { DataTable } from "./parts/data-table.tsx";
import { placesFor } from "./parts/figures.ts";
import { describeSpan, FilterForm } from "./parts/filter-form.tsx";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showChangesRoute = defineRoute({
  operationId: "showChanges",
  summary: "Why costs changed: volume, mix and price; and the days that stand out",
  tags: ["Pages"],
  scope: "usage:read",
  method: "get",
  path: "/changes",
  request: { query: ChangeQuery },
  responses: { 200: htmlAnswer("A page.") },
});

const MOST_CELLS = 25;

export const registerShowChanges = (edge: Edge) =>
  edge.openapi(showChangesRoute, async (c) => {
    const nowMs = c.get("ctx").clock();
    const reader = costReaderOf(c);
    const asked = spansOf(c.req.valid("query"), nowMs);
    const [filter, against] = [filterFor(reader, asked.filter), asked.against];
    const [change, unusual] = await Promise.all([
      explainChange(reader, filter, against, filter),
      listUnusualDays(reader, { from: addDays(filter.from, -30), to: filter.to }, filter, dayOf(nowMs)),
    ]);
    const changed = change.cells.filter(({ changeFemto }) => changeFemto !== 0n);
    const cells = changed.slice(0, MOST_CELLS);
    const names = await tenantNames(
      reader.db,
      cells.map(({ key }) => cellNameOf(key).tenantId),
    );
    const page = (
      <Changes
        {...{
          viewer: await viewerOf(c),
          filter,
          against,
          change,
          cells,
          changed: changed.length,
          unusual,
          names,
          nowMs,
        }}
      />
    );
    return c.html(page, 200, await pageHeaders());
  });

interface ChangesProps {
  viewer: Viewer;
  filter: CostFilter;
  against: DaySpan;
  change: Decomposition;
  cells: ExplainedCell[];
  /** How many changed at all. */
  changed: number;
  unusual: UnusualDay[];
  names: ReadonlyMap<string, string>;
  nowMs: number;
}

const usd = (femto: bigint): string => toDecimalString(fromFemto(femto));

function Changes({ viewer, filter, against, change, cells, changed, unusual, names, nowMs }: ChangesProps) {
  const places = placesFor([usd(change.beforeFemto), usd(change.afterFemto), usd(change.changeFemto)]);
  const cellPlaces = placesFor(cells.map(({ changeFemto }) => usd(changeFemto)));
  const steps = [
    { label: "Before", femto: change.beforeFemto, isTotal: true },
    { label: "Volume", femto: change.volumeFemto },
    { label: "Mix", femto: change.mixFemto },
    { label: "Price", femto: change.priceFemto },
    { label: "Unknown", femto: change.unexplainedFemto },
    { label: "After", femto: change.afterFemto, isTotal: true },
  ];
  return (
    <Page title="Changes" viewer={viewer} place="/changes">
      <p class="lead">
        {describeSpan(filter)} against {describeSpan(against)} · effective cost, US dollars
      </p>
      <FilterForm path="/changes" filter={filter} viewer={viewer} nowMs={nowMs} />
      <ChangeChart steps={steps} />
      <DataTable
        rows={steps}
        whenEmpty=""
        columns={[
          { label: "Step", isHeading: true, cell: ({ label }) => label },
          { label: "US dollars", isNumber: true, cell: ({ femto }) => <Amount value={usd(femto)} places={places} /> },
          { label: "What it says", cell: ({ label }) => MEANINGS[label] ?? "" },
        ]}
      />
      <h2>Days that stand out</h2>
      <Unusual unusual={unusual} filter={filter} />
      <h2>What changed most</h2>
      <div class="scroll">
        <DataTable
          rows={cells}
          whenEmpty="Nothing changed."
          {...(changed > cells.length
            ? { caption: `The first ${cells.length} of ${changed} by size of the change` }
            : {})}
          columns={[
            {
              label: "What",
              isHeading: true,
              cell: ({ key }: ExplainedCell) => <CellName cellKey={key} names={names} />,
            },
            ...(
              [
                ["Before", "beforeFemto"],
                ["After", "afterFemto"],
                ["Change", "changeFemto"],
                ["of it volume", "volumeFemto"],
                ["mix", "mixFemto"],
                ["price", "priceFemto"],
                ["unknown", "unexplainedFemto"],
              ] as const
            ).map(([label, member]) => ({
              label,
              isNumber: true,
              cell: (cell: ExplainedCell) => <Amount value={usd(cell[member])} places={cellPlaces} />,
            })),
          ]}
        />
      </div>
    </Page>
  );
}

const MEANINGS: Readonly<Record<string, string>> = {
  Before: "what was spent in the days it is compared with",
  Volume: "more or less was used, at the average price before",
  Mix: "what grew is dearer or cheaper than the average",
  Price: "a unit costs more or less than it did",
  Unknown: "parts without a quantity: nothing says why",
  After: "what was spent in these days",
};

function Unusual({
  unusual,
  filter: { from: _from, to: _to, ...rest },
}: {
  unusual: UnusualDay[];
  filter: CostFilter;
}) {
  const places = placesFor(unusual.map(({ costFemto }) => usd(costFemto)));
  return (
    <DataTable
      rows={unusual}
      whenEmpty="None: no day cost far more or less than such days did before."
      columns={[
        {
          label: "Day (UTC)",
          isHeading: true,
          cell: ({ day }) => (
            <a
              href={linkTo("/changes", {
                ...rest,
                from: day,
                to: addDays(day, 1),
                againstFrom: addDays(day, -7),
                againstTo: addDays(day, -6),
              })}
            >
              {day}, explained against a week before
            </a>
          ),
        },
        {
          label: "It cost",
          isNumber: true,
          cell: ({ costFemto }) => <Amount value={usd(costFemto)} places={places} />,
        },
        {
          label: "Such days cost",
          isNumber: true,
          cell: ({ usualFemto }) => <Amount value={usd(usualFemto)} places={places} />,
        },
        { label: "Score", isNumber: true, cell: ({ score }) => score.toFixed(1) },
      ]}
    />
  );
}

function CellName({ cellKey, names }: { cellKey: string; names: ReadonlyMap<string, string> }) {
  const { function: name, tenantId, card, meter } = cellNameOf(cellKey);
  return (
    <>
      {meter}
      <br />
      <small class="dim">
        {card} · {name ?? "not allocated"} ·{" "}
        {tenantId === null ? "the platform’s own" : (names.get(tenantId) ?? tenantId)}
      </small>
    </>
  );
}
