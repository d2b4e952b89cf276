import { axisNumber, short } from "./axes.ts";
import { Chart, CostLegend } from "./chart.tsx";
import { COLOURS } from "./render-svg.ts";

interface Bar {
  label: string;
  effectiveCost: string | null;
  listCost: string | null;
}

const MOST_BARS = 10;

/** Marginal beside effective cost of the first few rows. The table with all of them stands beneath. */
export function CostBars({ id, title, bars }: { id: string; title: string; bars: readonly Bar[] }) {
  const shown = bars.slice(0, MOST_BARS);
  const [first] = shown;
  if (first === undefined) return "";
  return (
    <Chart
      id={id}
      title={title}
      description={`${shown.length} rows, the first ${first.label}. The table beneath has every figure.`}
      heightPx={34 + shown.length * 34}
      legend={<CostLegend />}
      option={({ isNarrow }) => ({
        grid: { left: isNarrow ? 118 : 210, right: 16, top: 6, bottom: 26 },
        xAxis: {
          type: "value",
          splitNumber: isNarrow ? 2 : 5,
          splitLine: { lineStyle: { color: COLOURS.line } },
          axisLabel: { color: COLOURS.text, fontSize: 12, formatter: short },
        },
        yAxis: {
          type: "category",
          inverse: true,
          data: shown.map(({ label }) => cut(label, isNarrow ? 17 : 32)),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: COLOURS.line } },
          axisLabel: { color: COLOURS.text, fontSize: 12 },
        },
        series: [
          { values: shown.map(({ effectiveCost }) => effectiveCost), colour: COLOURS.effective },
          { values: shown.map(({ listCost }) => listCost), colour: COLOURS.marginal },
        ].map(({ values, colour }) => ({
          type: "bar",
          data: values.map(axisNumber),
          barWidth: 9,
          barGap: "15%",
          itemStyle: { color: colour },
          silent: true,
        })),
      })}
    />
  );
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
