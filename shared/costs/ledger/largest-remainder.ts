/**
 * Shares an amount out in whole units by weight, so that the shares sum to it exactly: each gets its floor, and the
 * units that are left go to the largest remainders, the earlier row first among equals. A negative amount is shared as
 * its opposite. Weights are whole and not negative; when all are 0 the first row gets everything.
 * Throws a RangeError without rows, or on a negative weight.
 */
export function largestRemainder(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.length === 0) throw new RangeError("there is no row to share an amount out to");
  if (weights.some((weight) => weight < 0n)) throw new RangeError("a weight is below zero");
  if (amount < 0n) return largestRemainder(-amount, weights).map((share) => -share);
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map((_, i) => (i === 0 ? amount : 0n));
  const shares = weights.map((weight) => (amount * weight) / total);
  const left = Number(amount - shares.reduce((sum, share) => sum + share, 0n));
  weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % total }))
    .sort((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : a.index - b.index))
    .slice(0, left)
    .forEach(({ index }) => {
      shares[index] = (shares[index] ?? 0n) + 1n;
    });
  return shares;
}
