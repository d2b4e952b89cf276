import { z } from "@hono/zod-openapi";
import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { listBudgetStatuses, type ReportedBudget } from "#shared/costs/budgets/budget-status.ts";
import { dayOf, monthBefore, monthOf } from "#shared/costs/budgets/days.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { BudgetChart } from "./charts/budget-chart.tsx";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Amount } from "./parts/amount.tsx";
import { BudgetForm, DeleteBudget } from "./parts/budget-form.tsx";
import { type Column, DataTable } from "./parts/data-table.tsx";
import { formatAmount, placesFor } from "./parts/figures.ts";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showBudgetsRoute = defineRoute({
  operationId: "showBudgets",
  summary: "Budgets of a month: spent, forecast, thresholds reached",
  tags: ["Pages"],
  scope: "usage:read",
  method: "get",
  path: "/budgets",
  request: {
    query: z.object({
      period: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "is not a month, such as 2026-10")
        .optional(),
    }),
  },
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowBudgets = (edge: Edge) =>
  edge.openapi(showBudgetsRoute, async (c) => {
    const today = dayOf(c.get("ctx").clock());
    const period = c.req.valid("query").period ?? monthOf(today);
    const reader = costReaderOf(c);
    const statuses = await listBudgetStatuses(reader, period, today);
    const names = await tenantNames(
      reader.db,
      statuses.map(({ budget }) => budget.tenantId),
    );
    const page = <Budgets {...{ viewer: await viewerOf(c), period, thisMonth: monthOf(today), statuses, names }} />;
    return c.html(page, 200, await pageHeaders());
  });

interface BudgetsProps {
  viewer: Viewer;
  period: string;
  thisMonth: string;
  statuses: ReportedBudget[];
  names: ReadonlyMap<string, string>;
}

function Budgets({ viewer, period, thisMonth, statuses, names }: BudgetsProps) {
  const places = placesFor(statuses.flatMap(({ spent, budget }) => [spent, budget.monthlyUsd]));
  const amount = (value: string) => <Amount value={value} places={places} />;
  const columns: Column<ReportedBudget>[] = [
    {
      label: "Budget",
      isHeading: true,
      cell: ({ budget }) => (
        <>
          {budget.name}
          <br />
          <small class="dim">
            {budget.tenantId === null ? "all tenants" : (names.get(budget.tenantId) ?? budget.tenantId)} ·{" "}
            {budget.function ?? "all functions"} · {budget.basis === "list" ? "marginal" : "effective"} cost
          </small>
        </>
      ),
    },
    { label: "A month", isNumber: true, cell: ({ budget }) => amount(budget.monthlyUsd) },
    { label: "Spent", isNumber: true, cell: ({ spent }) => amount(spent) },
    { label: "of it", isNumber: true, cell: ({ spentPercent }) => <Percent value={spentPercent} /> },
    {
      label: "Forecast",
      isNumber: true,
      cell: ({ forecast }) =>
        forecast === null ? (
          <span class="absent">too few days</span>
        ) : (
          <>
            {amount(forecast.expected)}
            <br />
            <small class="dim">
              {formatAmount(forecast.low, places)} – {formatAmount(forecast.high, places)}
            </small>
          </>
        ),
    },
    {
      label: "of it",
      isNumber: true,
      cell: ({ forecastPercent }) => (forecastPercent === null ? "–" : <Percent value={forecastPercent} />),
    },
    { label: "Thresholds", cell: (status) => <Thresholds status={status} /> },
    ...(viewer.formToken === undefined || !viewer.canBudget
      ? []
      : [
          {
            label: "",
            cell: ({ budget }: ReportedBudget) => <DeleteBudget budget={budget} token={viewer.formToken ?? ""} />,
          },
        ]),
  ];
  return (
    <Page title="Budgets" viewer={viewer} place="/budgets">
      <p class="lead">{period} · US dollars</p>
      <p class="presets">
        {[thisMonth, monthBefore(thisMonth), monthBefore(monthBefore(thisMonth))].map((month) => (
          <a href={linkTo("/budgets", { period: month })} aria-current={month === period ? "true" : undefined}>
            {month}
          </a>
        ))}
      </p>
      <BudgetChart statuses={statuses} />
      <DataTable rows={statuses} columns={columns} whenEmpty="No budget is set yet." />
      <p class="dim">
        A forecast is what is spent, and for each day to come the median of the same weekday in the last 28 days. The
        range beneath it is where the month ends in four cases of five.
      </p>
      {viewer.formToken === undefined || !viewer.canBudget ? (
        ""
      ) : (
        <BudgetForm token={viewer.formToken} viewer={viewer} />
      )}
    </Page>
  );
}

const Percent = ({ value }: { value: string }) => (
  <span class={Number(value) >= 100 ? "over" : Number(value) >= 80 ? "near" : undefined}>{value} %</span>
);

/** Each threshold: reached or not, and when it was told of. */
function Thresholds({ status: { budget, reached, crossings } }: { status: ReportedBudget }) {
  return (
    <>
      {budget.thresholds.map(({ percent, of }) => {
        const isReached = reached.some((one) => one.percent === percent && one.of === of);
        const crossing = crossings.find((one) => one.percent === percent && one.of === of);
        return (
          <div>
            <small class={isReached ? (percent >= 100 ? "over" : "near") : "dim"}>
              {percent} % {of === "forecast" ? "forecast" : "spent"}
              {isReached ? ": reached" : ""}
              {crossing === undefined ? "" : ` ${crossing.at.toISOString().slice(0, 10)}`}
              {crossing?.sentAt ? ", told" : ""}
            </small>
          </div>
        );
      })}
    </>
  );
}
