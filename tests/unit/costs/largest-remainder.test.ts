import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestRemainder } from "#shared/costs/ledger/largest-remainder.ts";

const amount = fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 50 });
const sum = (values: readonly bigint[]): bigint => values.reduce((all, each) => all + each, 0n);

describe("largest remainder", () => {
  it("gives the units that are left to the largest remainders, the first among equals", () => {
    expect(largestRemainder(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n]);
    expect(largestRemainder(100n, [1n, 2n, 4n])).toEqual([14n, 29n, 57n]);
    expect(largestRemainder(-10n, [1n, 1n, 1n])).toEqual([-4n, -3n, -3n]);
    expect(largestRemainder(7n, [0n, 0n])).toEqual([7n, 0n]);
  });

  it("sums to the amount, whatever the weights", () => {
    fc.assert(fc.property(amount, weights, (total, of) => sum(largestRemainder(total, of)) === total));
  });

  it("is within one unit of the exact share", () => {
    fc.assert(
      fc.property(amount, weights, (total, of) => {
        const all = sum(of);
        fc.pre(all > 0n);
        return largestRemainder(total, of).every((share, i) => {
          const off = share * all - total * (of[i] ?? 0n);
          return (off < 0n ? -off : off) < all;
        });
      }),
    );
  });

  it("refuses no rows and a weight below zero", () => {
    expect(() => largestRemainder(1n, [])).toThrow(RangeError);
    expect(() => largestRemainder(1n, [2n, -1n])).toThrow(RangeError);
  });
});
