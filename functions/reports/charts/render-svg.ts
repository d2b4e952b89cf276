import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

/** Colours are variables of the page's style, so that a chart follows the reader's scheme. */
export const COLOURS = {
  effective: "var(--effective)",
  marginal: "var(--marginal)",
  text: "var(--dim)",
  line: "var(--line)",
  up: "var(--bad)",
  down: "var(--good)",
} as const;

export interface SvgSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * A chart as SVG text: no script, no style of its own (our Content-Security-Policy lets none in), and nothing that only
 * a mouse would find. What it shows is said beside it in a table, so it is hidden from screen readers there.
 */
export function renderSvg(option: EChartsCoreOption, { widthPx, heightPx }: SvgSize): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: widthPx, height: heightPx });
  try {
    chart.setOption({ animation: false, textStyle: { color: COLOURS.text, fontFamily: "inherit" }, ...option });
    return withoutStyles(chart.renderToSVGString({ useViewBox: true }));
  } finally {
    chart.dispose();
  }
}

const withoutStyles = (svg: string): string =>
  svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
    .replace(/ (?:class|ecmeta_\w+|baseProfile|version|xmlns(?::xlink)?)="[^"]*"/g, "")
    .replace(/ style="([^"]*)"/g, (_, style: string) => fontOf(style))
    .replace(/<rect [^>]*fill="none"><\/rect>\n?/, "")
    .replace(/ pointer-events="visible"/g, "")
    .replace(/\n+/g, "\n");

/** Font size and weight as attributes; the family is the page's. */
function fontOf(style: string): string {
  const size = /font-size:([\d.]+)px/.exec(style)?.[1];
  const weight = /font-weight:(\w+)/.exec(style)?.[1];
  return `${size === undefined ? "" : ` font-size="${size}"`}${weight === undefined ? "" : ` font-weight="${weight}"`}`;
}
