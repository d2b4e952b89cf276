/** What repeated measurements say: the middle one, and the least and the most of them. */
export interface Spread {
  middle: number;
  least: number;
  most: number;
}

/** @throws of none */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (lower === undefined || upper === undefined || least === undefined || most === undefined)
    throw new Error("Nothing was measured.");
  return { middle: (lower + upper) / 2, least, most };
}
