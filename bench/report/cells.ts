import { spreadOf } from "./spread.ts";

/** A table as Markdown; nothing when it has no rows. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);

export const whole = (value: number): string => Math.round(value).toLocaleString("en");
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const wholePercent = (share: number): string => `${Math.round(share * 100)} %`;
export const middle = (values: readonly number[]): number => spreadOf(values).middle;

/** The middle one, and the least and the most where there are several. */
export function ranged(values: readonly number[], show = whole): string {
  const { middle, least, most } = spreadOf(values);
  return values.length === 1 ? show(middle) : `${show(middle)} (${show(least)} to ${show(most)})`;
}
