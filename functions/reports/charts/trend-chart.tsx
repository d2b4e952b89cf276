import type { CostTrendPoint } from "#shared/costs/read-costs.ts";
import { Amount } from "../parts/amount.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { formatAmount, placesFor } from "../parts/figures.ts";
import { axisNumber, valueAxis } from "./axes.ts";
import { Chart, CostLegend } from "./chart.tsx";
import { COLOURS } from "./render-svg.ts";

/** Costs by day or month: effective as bars, marginal as a line; beneath them the same in figures. */
export function TrendChart({ points, bucket }: { points: readonly CostTrendPoint[]; bucket: "day" | "month" }) {
  const places = placesFor(points.flatMap(({ effectiveCost, listCost }) => [effectiveCost, listCost]));
  const highest = points.reduce<CostTrendPoint | undefined>(
    (best, point) => (Number(point.effectiveCost ?? 0) > Number(best?.effectiveCost ?? 0) ? point : best),
    undefined,
  );
  return (
    <>
      <Chart
        id="trend"
        title={`Cost by ${bucket}, in US dollars`}
        description={
          highest?.effectiveCost
            ? `${points.length} ${bucket}s. The highest effective cost, ${formatAmount(highest.effectiveCost, places)}, was on ${highest.bucket}.`
            : `${points.length} ${bucket}s without a cost.`
        }
        legend={<CostLegend />}
        option={({ isNarrow }) => ({
          grid: { left: 58, right: 8, top: 12, bottom: 26 },
          xAxis: {
            type: "category",
            data: points.map((point) => (bucket === "day" ? shortDay(point.bucket) : point.bucket)),
            axisTick: { show: false },
            axisLine: { lineStyle: { color: COLOURS.line } },
            axisLabel: {
              color: COLOURS.text,
              fontSize: 12,
              interval: Math.ceil(points.length / (isNarrow ? 5 : 12)) - 1,
            },
          },
          yAxis: valueAxis(),
          series: [
            {
              type: "bar",
              data: points.map(({ effectiveCost }) => axisNumber(effectiveCost)),
              barMaxWidth: 34,
              barCategoryGap: "30%",
              itemStyle: { color: COLOURS.effective },
              silent: true,
            },
            {
              type: "line",
              data: points.map(({ listCost }) => axisNumber(listCost)),
              symbolSize: points.length > 1 ? 3 : 6,
              lineStyle: { color: COLOURS.marginal, width: 1.5 },
              itemStyle: { color: COLOURS.marginal },
              silent: true,
            },
          ],
        })}
      />
      <details>
        <summary>The figures of this chart</summary>
        <DataTable
          rows={points}
          whenEmpty="No days."
          columns={[
            { label: bucket === "day" ? "Day (UTC)" : "Month", cell: (point) => point.bucket, isHeading: true },
            {
              label: "Effective cost",
              isNumber: true,
              cell: (point) => <Figure value={point.effectiveCost} point={point} places={places} />,
            },
            {
              label: "Marginal cost",
              isNumber: true,
              cell: (point) => <Figure value={point.listCost} point={point} places={places} />,
            },
          ]}
        />
      </details>
    </>
  );
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `1 Oct` of `2026-10-01`. */
const shortDay = (day: string): string => `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;

/** A day without a row has no cost; one with rows and no figure was not measured. */
function Figure({ value, point, places }: { value: string | null; point: CostTrendPoint; places: number }) {
  if (value === null && point.evidence.length === 0) return <span class="dim">–</span>;
  return <Amount value={value} places={places} />;
}
