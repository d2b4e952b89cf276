/**
 * Shares a total out in proportion to weights, in whole units that sum to it exactly: everyone gets the floor of his
 * share, and the units left over go to the largest remainders (Hamilton's method), of equal ones to the earlier in the
 * list. Order the weights by a key of their own, and the same inputs give the same shares. A negative total gives
 * negative shares. Throws a RangeError on a negative weight, and when there is a total but nothing to share it by.
 */
export function largestRemainder(totalUnits: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((total, weight) => {
    if (weight < 0n) throw new RangeError("a weight is negative: shares are made by weights from zero up");
    return total + weight;
  }, 0n);
  if (sum === 0n) {
    if (totalUnits !== 0n) throw new RangeError("no weight is above zero: there is nothing to share the total by");
    return weights.map(() => 0n);
  }
  const isNegative = totalUnits < 0n;
  const total = isNegative ? -totalUnits : totalUnits;
  const shares = weights.map((weight) => (total * weight) / sum);
  const left = Number(total - shares.reduce((given, share) => given + share, 0n));
  const remainders = left === 0 ? [] : weights.map((weight, index) => ({ index, remainder: (total * weight) % sum }));
  const first = remainders
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
    .slice(0, left);
  for (const { index } of first) shares[index] = (shares[index] ?? 0n) + 1n;
  return isNegative ? shares.map((share) => -share) : shares;
}
