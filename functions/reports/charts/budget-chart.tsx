import type { ReportedBudget } from "#shared/costs/budgets/budget-status.ts";
import { Chart } from "./chart.tsx";
import { COLOURS } from "./render-svg.ts";

/** How much of each budget is spent and forecast, against its amount. The table beneath has the figures. */
export function BudgetChart({ statuses }: { statuses: readonly ReportedBudget[] }) {
  const [first] = statuses;
  if (first === undefined) return "";
  const over = statuses.filter(({ spentPercent }) => Number(spentPercent) >= 100).length;
  const furthest = statuses.flatMap(({ spentPercent, forecastPercent }) => [
    Number(spentPercent),
    Number(forecastPercent ?? 0),
  ]);
  return (
    <Chart
      id="budgets"
      title="Share of the budget, in percent"
      description={`${statuses.length} budgets, ${over} of them spent in full. The line is the budget itself.`}
      heightPx={34 + statuses.length * 34}
      legend={
        <>
          <span class="key effective">
            <span class="dim">Spent</span>
          </span>
          <span class="key marginal">
            <span class="dim">Forecast</span>
          </span>
          <span class="key limit">
            <span class="dim">The budget</span>
          </span>
        </>
      }
      option={({ isNarrow }) => ({
        grid: { left: isNarrow ? 110 : 210, right: 22, top: 6, bottom: 26 },
        xAxis: {
          type: "value",
          max: Math.max(100, ...furthest) * 1.05,
          splitNumber: isNarrow ? 2 : 5,
          splitLine: { lineStyle: { color: COLOURS.line } },
          axisLabel: {
            color: COLOURS.text,
            fontSize: 12,
            showMaxLabel: false,
            formatter: (value: number) => `${value} %`,
          },
        },
        yAxis: {
          type: "category",
          inverse: true,
          data: statuses.map(({ budget }) => budget.name.slice(0, isNarrow ? 15 : 30)),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: COLOURS.line } },
          axisLabel: { color: COLOURS.text, fontSize: 12 },
        },
        series: [
          {
            type: "bar",
            data: statuses.map(({ spentPercent }) => Number(spentPercent)),
            barWidth: 9,
            barGap: "15%",
            itemStyle: { color: COLOURS.effective },
            silent: true,
            markLine: {
              symbol: "none",
              silent: true,
              animation: false,
              label: { show: false },
              lineStyle: { color: COLOURS.up, type: "solid", width: 1.5 },
              data: [{ xAxis: 100 }],
            },
          },
          {
            type: "bar",
            data: statuses.map(({ forecastPercent }) => (forecastPercent === null ? null : Number(forecastPercent))),
            barWidth: 9,
            itemStyle: { color: COLOURS.marginal },
            silent: true,
          },
        ],
      })}
    />
  );
}
