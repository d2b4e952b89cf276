import { fromFemto } from "#shared/kernel/money.ts";
import { short, valueAxis } from "./axes.ts";
import { Chart } from "./chart.tsx";
import { COLOURS } from "./render-svg.ts";

interface Step {
  label: string;
  femto: bigint;
  /** A sum of its own, not a step from the one before. */
  isTotal?: boolean;
}

const numberOf = (femto: bigint): number => Number(fromFemto(femto).toFixed());

/** From one sum to the other, a step for each reason. */
export function ChangeChart({ steps }: { steps: readonly Step[] }) {
  let level = 0n;
  const bars = steps.map(({ label, femto, isTotal }) => {
    const start = isTotal ? 0n : level;
    level = isTotal ? femto : level + femto;
    const [low, high] = start < level ? [start, level] : [level, start];
    const colour = isTotal ? COLOURS.effective : femto > 0n ? COLOURS.up : COLOURS.down;
    return { label, low: numberOf(low), height: numberOf(high - low), colour, value: numberOf(femto), isTotal };
  });
  return (
    <Chart
      id="change"
      title="From the days before to these, in US dollars"
      description={bars.map(({ label, value, isTotal }) => `${label} ${signed(value, isTotal)}`).join(", ")}
      heightPx={260}
      legend={
        <>
          <span class="key up">
            <span class="dim">More</span>
          </span>
          <span class="key down">
            <span class="dim">Less</span>
          </span>
        </>
      }
      option={({ isNarrow }) => ({
        grid: { left: 58, right: 8, top: 24, bottom: 30 },
        xAxis: {
          type: "category",
          data: bars.map(({ label }) => label),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: COLOURS.line } },
          axisLabel: { color: COLOURS.text, fontSize: isNarrow ? 10 : 12, interval: 0 },
        },
        yAxis: valueAxis(),
        series: [
          { type: "bar", stack: "all", data: bars.map(({ low }) => low), itemStyle: { color: "none" }, silent: true },
          {
            type: "bar",
            stack: "all",
            barMaxWidth: 70,
            data: bars.map(({ height, colour, value, isTotal }) => ({
              value: height,
              itemStyle: { color: colour },
              label: {
                show: true,
                position: "top",
                color: COLOURS.text,
                fontSize: isNarrow ? 10 : 12,
                formatter: () => signed(value, isTotal),
              },
            })),
            silent: true,
          },
        ],
      })}
    />
  );
}

const signed = (value: number, isTotal: boolean | undefined): string =>
  isTotal || value === 0 ? short(value) : value > 0 ? `+${short(value)}` : `−${short(-value)}`;
