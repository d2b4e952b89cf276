/** The middle value; of an even number of them the floor of the middle two's mean. Undefined of none. */
export function median(values: readonly bigint[]): bigint | undefined {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (sorted.length % 2 === 1 || upper === undefined) return upper;
  return floorHalf((sorted[half - 1] ?? upper) + upper);
}

/** The median absolute deviation from the median (MAD). Undefined of none. */
export function medianDeviation(values: readonly bigint[]): bigint | undefined {
  const middle = median(values);
  return middle === undefined ? undefined : median(values.map((value) => distance(value, middle)));
}

const floorHalf = (value: bigint): bigint => (value - (((value % 2n) + 2n) % 2n)) / 2n;

const distance = (a: bigint, b: bigint): bigint => (a < b ? b - a : a - b);
