import { COLOURS } from "./render-svg.ts";

/** A figure as a picture needs it; pictures may round, tables never take it from here. */
export const axisNumber = (amount: string | null): number | null => (amount === null ? null : Number(amount));

/** An axis of amounts: few lines, round figures. */
export const valueAxis = () => ({
  type: "value",
  splitNumber: 4,
  splitLine: { lineStyle: { color: COLOURS.line } },
  axisLabel: { color: COLOURS.text, fontSize: 12, formatter: short },
});

/** `1.2k`, `0.0004`: an axis label with three digits. */
export function short(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1_000_000) return `${trim(value / 1_000_000)}M`;
  if (magnitude >= 1_000) return `${trim(value / 1_000)}k`;
  return trim(value);
}

const trim = (value: number): string => {
  const places = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value
    .toFixed(places)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
};
