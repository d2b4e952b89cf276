import { largestRemainder as shareOut } from "#shared/kernel/largest-remainder.ts";

/**
 * Shares an amount out to rows in whole units, as the kernel's does; when all weights are 0 the first row gets everything,
 * since an amount that is billed has to stand somewhere. Throws a RangeError without rows, or on a negative weight.
 */
export function largestRemainder(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.length === 0) throw new RangeError("there is no row to share an amount out to");
  const isWeighted = weights.some((weight) => weight !== 0n);
  return shareOut(amount, isWeighted ? weights : weights.map((_, i) => (i === 0 ? 1n : 0n)));
}
