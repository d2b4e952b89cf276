import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { BreakEven } from "#shared/costs/compare/break-even.ts";

use([LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

const SIZE = { width: 960, height: 540 };
const COLORS = ["#b4451f", "#1f6fb4"];

/** Cost a month of both stacks over volume, both axes logarithmic, as an SVG of its own. */
export function drawBreakEven(
  { scale, points, crossings }: BreakEven,
  names: { a: string; b: string },
  mark: number,
): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...SIZE });
  const lineOf = (stack: "a" | "b", corner: "low" | "high") => ({
    name: `${names[stack]}, ${corner} end`,
    type: "line" as const,
    showSymbol: false,
    color: COLORS[stack === "a" ? 0 : 1],
    lineStyle: { type: corner === "low" ? ("dashed" as const) : ("solid" as const), width: 2 },
    data: points.map((point) => [point.volume, point[stack][corner] === null ? null : Number(point[stack][corner])]),
    ...(stack === "a" && corner === "low"
      ? {
          markLine: {
            symbol: "none",
            lineStyle: { color: "#666", type: "dotted" as const },
            data: [
              { xAxis: mark, label: { formatter: `${mark} ${scale}` } },
              ...crossings.map(({ volume }) => ({
                xAxis: volume,
                label: { formatter: `${volume}`, position: "insideEndTop" as const },
              })),
            ],
          },
        }
      : {}),
  });
  chart.setOption({
    animation: false,
    backgroundColor: "#fff",
    aria: { enabled: true },
    title: { text: `USD a month over ${scale}`, left: "center" },
    legend: { bottom: 0 },
    grid: { left: 70, right: 40, top: 80, bottom: 90 },
    xAxis: {
      type: "log",
      name: scale,
      nameLocation: "middle",
      nameGap: 28,
      min: points[0]?.volume,
      max: points.at(-1)?.volume,
    },
    yAxis: { type: "log", name: "USD a month" },
    series: (["a", "b"] as const).flatMap((stack) => [lineOf(stack, "low"), lineOf(stack, "high")]),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const title = `USD a month over ${scale}: ${names.a} and ${names.b}`.replace(/[<&]/g, "");
  return `${svg.replace(/^<svg [^>]*>/, (opening) => `${opening}<title>${title}</title>`)}\n`;
}
