import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestRemainder } from "#shared/kernel/largest-remainder.ts";

const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 1, maxLength: 50 });

describe("largestRemainder", () => {
  it("gives what is left over to the largest remainders", () => {
    expect(largestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(largestRemainder(10n, [6n, 3n, 1n])).toEqual([6n, 3n, 1n]);
    expect(largestRemainder(101n, [47n, 16n, 15n, 12n, 10n])).toEqual([48n, 16n, 15n, 12n, 10n]);
    expect(largestRemainder(5n, [0n, 2n, 0n, 3n])).toEqual([0n, 2n, 0n, 3n]);
  });

  it("breaks a tie by the order of the list", () => {
    expect(largestRemainder(2n, [1n, 1n, 1n, 1n])).toEqual([1n, 1n, 0n, 0n]);
  });

  it("shares a credit out like a charge", () => {
    expect(largestRemainder(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
  });

  it("refuses a negative weight, and a total with nothing to share it by", () => {
    expect(() => largestRemainder(1n, [1n, -1n])).toThrow("negative");
    expect(() => largestRemainder(1n, [0n, 0n])).toThrow("nothing to share");
    expect(() => largestRemainder(1n, [])).toThrow("nothing to share");
    expect(largestRemainder(0n, [0n, 0n])).toEqual([0n, 0n]);
  });

  it("sums to the total, and no share is a unit away from the exact one", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), weights, (total, list) => {
        const sum = list.reduce((a, b) => a + b, 0n);
        fc.pre(sum > 0n);
        const shares = largestRemainder(total, list);
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(total);
        for (const [index, share] of shares.entries()) {
          const distance = share * sum - total * (list[index] ?? 0n);
          expect((distance < 0n ? -distance : distance) < sum).toBe(true);
        }
      }),
    );
  });
});
