import type { EChartsCoreOption } from "echarts/core";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { renderSvg } from "./render-svg.ts";

interface ChartProps {
  id: string;
  title: string;
  /** What the picture says, for who does not see it. */
  description: string;
  /** The chart at a width: a phone gets one drawn for it, so that its text stays readable. */
  option: (size: { isNarrow: boolean }) => EChartsCoreOption;
  heightPx?: number;
  legend?: Child;
}

const WIDE_PX = 1040;
const NARROW_PX = 340;

/** A chart that needs no script. The table with its figures belongs beneath it. */
export function Chart({ id, title, description, option, heightPx = 240, legend }: ChartProps) {
  const drawn = (isNarrow: boolean): string => {
    const svg = renderSvg(option({ isNarrow }), { widthPx: isNarrow ? NARROW_PX : WIDE_PX, heightPx });
    const name = `${id}-${isNarrow ? "narrow" : "wide"}`;
    return svg
      .replace(
        /^<svg([^>]*)>/,
        `<svg$1 role="img" aria-labelledby="${name}-title ${name}-desc"><title id="${name}-title">${escaped(title)}</title><desc id="${name}-desc">${escaped(description)}</desc>`,
      )
      .replace(/\bzr\d+-/g, `${name}-`);
  };
  return (
    <figure>
      <figcaption>
        <span>{title}</span>
        {legend}
      </figcaption>
      <div class="chart-wide">{raw(drawn(false))}</div>
      <div class="chart-narrow">{raw(drawn(true))}</div>
    </figure>
  );
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export const CostLegend = () => (
  <>
    <span class="key effective">
      <span class="dim">Effective</span>
    </span>
    <span class="key marginal">
      <span class="dim">Marginal</span>
    </span>
  </>
);
