import { readReconciliation } from "#shared/costs/reconcile/read-reconciliation.ts";
import type { Reconciliation, StatementLine, StatementTotal } from "#shared/costs/reconcile/statement.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { PeriodParam } from "#shared/http/focus-answer.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Quantity } from "./parts/amount.tsx";
import { type Column, DataTable } from "./parts/data-table.tsx";
import { formatAmount, formatExact } from "./parts/figures.ts";
import { Page } from "./parts/page.tsx";
import { STATUS_WORDS } from "./parts/status-words.ts";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showReconciliationRoute = defineRoute({
  operationId: "showReconciliation",
  summary: "A month beside its invoices: metered, allocated, unattributed, difference, line by line",
  tags: ["Pages"],
  scope: "finance:read",
  method: "get",
  path: "/periods/{period}/reconciliation",
  request: { params: PeriodParam },
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowReconciliation = (edge: Edge) =>
  edge.openapi(showReconciliationRoute, async (c) => {
    const statement = await readReconciliation(c.get("ctx").db, c.req.valid("param").period);
    return c.html(<Statement viewer={await viewerOf(c)} statement={statement} />, 200, await pageHeaders());
  });

const PLACES = 2;

/** In the currency of the invoice, which stands in a column of its own. */
const Money = ({ value }: { value: string | null }) =>
  value === null ? (
    <span class="absent">not told</span>
  ) : (
    <data value={value} title={formatExact(value)}>
      {formatAmount(value, PLACES)}
    </data>
  );

function Statement({
  viewer,
  statement: { period, lines, totals, byStatus },
}: {
  viewer: Viewer;
  statement: Reconciliation;
}) {
  const counts = Object.entries(byStatus).filter(([, count]) => count > 0);
  const names = new Map(lines.map(({ accountId, accountName }) => [accountId, accountName]));
  const nameOf = (accountId: string | null) => names.get(accountId) ?? accountId ?? "no account of ours";
  const moneyColumns = <Row extends Moneys>(): Column<Row>[] => [
    { label: "Invoiced", isNumber: true, cell: ({ invoicedCost }) => <Money value={invoicedCost} /> },
    { label: "Metered", isNumber: true, cell: ({ meteredCost }) => <Money value={meteredCost} /> },
    { label: "of it allocated", isNumber: true, cell: ({ allocatedCost }) => <Money value={allocatedCost} /> },
    { label: "unattributed", isNumber: true, cell: ({ unattributedCost }) => <Money value={unattributedCost} /> },
    { label: "Difference", isNumber: true, cell: ({ difference }) => <Money value={difference} /> },
    { label: "Currency", cell: ({ currency }) => currency },
  ];
  const totalColumns: Column<StatementTotal>[] = [
    { label: "Account", isHeading: true, cell: ({ accountId }) => nameOf(accountId) },
    ...moneyColumns<StatementTotal>(),
  ];
  const lineColumns: Column<StatementLine>[] = [
    {
      label: "Line",
      isHeading: true,
      cell: (line) => (
        <>
          {line.description}
          <br />
          <small class="dim">
            {line.provider} · {nameOf(line.accountId)}
            {line.invoices.length === 0 ? "" : ` · invoice ${line.invoices.join(", ")}`}
          </small>
        </>
      ),
    },
    {
      label: "Quantity invoiced",
      isNumber: true,
      cell: ({ invoicedQuantity, unit }) =>
        invoicedQuantity === null ? "–" : <Quantity value={invoicedQuantity} unit={unit ?? ""} />,
    },
    {
      label: "Quantity metered",
      isNumber: true,
      cell: ({ meteredQuantity, unit }) => <Quantity value={meteredQuantity} unit={unit ?? ""} />,
    },
    ...moneyColumns<StatementLine>(),
    {
      label: "Status",
      cell: ({ status, settles }) => (
        <>
          <span class={CLASSES[status]}>{STATUS_WORDS[status]}</span>
          {settles.map(({ hint }) => (
            <small class="dim">
              <br />
              {hint}
            </small>
          ))}
        </>
      ),
    },
  ];
  return (
    <Page
      title={`Reconciliation of ${period}`}
      viewer={viewer}
      place="/periods"
      crumbs={[
        ["Periods", linkTo("/periods")],
        [period, linkTo(`/periods/${period}`)],
      ]}
    >
      <p class="lead">
        {counts.length === 0
          ? "Nothing was metered and no invoice was imported for this month."
          : counts.map(([status, count]) => `${count} ${STATUS_WORDS[status as StatementLine["status"]]}`).join(" · ")}
      </p>
      <p class="dim">
        Each line of the invoices beside what was metered, in the currency of the invoice. A difference is told here and
        never spread over functions and tenants. Invoices come in by <code>npm run costs -- import</code>.
      </p>
      <h2>By account</h2>
      <div class="scroll">
        <DataTable rows={totals} columns={totalColumns} whenEmpty="No account." />
      </div>
      <h2>Line by line</h2>
      <div class="scroll">
        <DataTable className="items" rows={lines} columns={lineColumns} whenEmpty="No line." />
      </div>
    </Page>
  );
}

type Moneys = Pick<
  StatementLine,
  "invoicedCost" | "meteredCost" | "allocatedCost" | "unattributedCost" | "difference" | "currency"
>;

const CLASSES: Readonly<Record<StatementLine["status"], string>> = {
  matched: "well",
  "within-rounding": "well",
  "under-metered": "over",
  "over-metered": "near",
  "price-differs": "near",
  "not-metered": "over",
  "no-invoice": "dim",
};
