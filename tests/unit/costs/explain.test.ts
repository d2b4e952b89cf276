import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays } from "#shared/costs/budgets/days.ts";
import { reachedThresholds } from "#shared/costs/budgets/threshold.ts";
import { type CostCell, decompose } from "#shared/costs/explain/decompose.ts";
import { findUnusualDays } from "#shared/costs/explain/unusual-days.ts";

const UNIT = 10n ** 15n;
const cell = (key: string, quantity: number | null, cost: number, pool = "Requests"): CostCell => ({
  key,
  pool,
  quantityFemto: quantity === null ? null : BigInt(quantity) * UNIT,
  costFemto: BigInt(cost) * UNIT,
});
const effects = (before: CostCell[], after: CostCell[]) => {
  const { volumeFemto, mixFemto, priceFemto, unexplainedFemto } = decompose(before, after);
  return [volumeFemto, mixFemto, priceFemto, unexplainedFemto].map((femto) => Number(femto / UNIT));
};

describe("a change of cost", () => {
  it("is volume where more was used at the same price", () => {
    expect(effects([cell("api", 100, 200)], [cell("api", 150, 300)])).toEqual([100, 0, 0, 0]);
  });

  it("is price where the same was used", () => {
    expect(effects([cell("api", 100, 200)], [cell("api", 100, 250)])).toEqual([0, 0, 50, 0]);
  });

  it("is mix where the dear part grew at the cost of the cheap one", () => {
    // 100 at $1 and 100 at $3, then 50 and 150: $400 to $500.
    const before = [cell("cheap", 100, 100), cell("dear", 100, 300)];
    expect(effects(before, [cell("cheap", 50, 50), cell("dear", 150, 450)])).toEqual([0, 100, 0, 0]);
  });

  it("is split as Horngren's variances are when everything moves", () => {
    // Before 100 at $1, 100 at $3 (average $2); after 120 at $2, 180 at $3. Volume (300-200)·2 = 200; at the old prices
    // 120·1 + 180·3 = 660, so mix 660-400-200 = 60; price 120·(2-1) = 120; 400 + 380 = 780.
    const before = [cell("a", 100, 100), cell("b", 100, 300)];
    expect(effects(before, [cell("a", 120, 240), cell("b", 180, 540)])).toEqual([200, 60, 120, 0]);
  });

  it("is volume at the average price for a part that is new, and price beyond it; all volume for a new unit", () => {
    expect(effects([cell("a", 100, 200)], [cell("a", 100, 200), cell("new", 10, 50)])).toEqual([20, 0, 30, 0]);
    expect(effects([], [cell("a", 10, 50)])).toEqual([50, 0, 0, 0]);
    expect(effects([cell("a", 100, 200)], [])).toEqual([-200, 0, 0, 0]);
  });

  it("is unexplained where nothing was measured, and does not spoil what was", () => {
    const before = [cell("a", 100, 200), cell("dark", null, 7)];
    expect(effects(before, [cell("a", 150, 300), cell("dark", null, 9)])).toEqual([100, 0, 0, 2]);
  });

  it("names what moved most first", () => {
    const before = [cell("a", 1, 1), cell("b", 1, 10), cell("c", 1, 5)];
    const after = [cell("a", 1, 2), cell("b", 1, 3), cell("c", 1, 8)];
    expect(decompose(before, after).cells.map(({ key }) => key)).toEqual(["b", "c", "a"]);
  });
});

const anyCells = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    pool: fc.constantFrom("Requests", "Tokens"),
    quantityFemto: fc.option(fc.bigInt({ min: 0n, max: 10n ** 25n }), { freq: 8 }),
    costFemto: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 20n }),
  }),
  { selector: ({ key, pool }) => `${pool}/${key}`, maxLength: 12 },
);

describe("any change of cost", () => {
  it("is the sum of its effects, in each part and over all, to the last unit", () => {
    fc.assert(
      fc.property(anyCells, anyCells, (before, after) => {
        const total = (cells: readonly CostCell[]) => cells.reduce((sum, { costFemto }) => sum + costFemto, 0n);
        const made = decompose(before, after);
        expect(made.changeFemto).toBe(total(after) - total(before));
        for (const each of [made, ...made.cells]) {
          expect(each.volumeFemto + each.mixFemto + each.priceFemto + each.unexplainedFemto).toBe(each.changeFemto);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is none against itself, and the opposite volume where only use changed the other way", () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const made = decompose(cells, cells);
        expect([made.changeFemto, made.priceFemto, made.mixFemto, made.volumeFemto]).toEqual([0n, 0n, 0n, 0n]);
      }),
    );
  });
});

describe("an unusual day", () => {
  const DAY0 = "2026-10-04"; // a Sunday
  const series = (dollars: readonly number[]) =>
    dollars.map((each, i) => ({ day: addDays(DAY0, i), costFemto: BigInt(Math.round(each * 100)) * 10n ** 13n }));
  const find = (dollars: readonly number[]) =>
    findUnusualDays(series(dollars), { from: DAY0, to: addDays(DAY0, dollars.length), firstDay: DAY0 });

  it("is found by the modified z-score: 0.6745 × 6 / 0.5", () => {
    const [found, ...others] = find([10, 10.5, 9.5, 10, 11, 9, 10, 16]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ day: "2026-10-11", usualFemto: 10n * UNIT });
    expect(found?.score).toBeCloseTo(8.094, 3); // deviations 0 .5 .5 0 1 1 0: MAD 0.5
  });

  it("is not a weekend after weekdays, once four of each were seen", () => {
    const week = [1, 10, 10, 10, 10, 10, 1];
    const found = find([...week, ...week, ...week, ...week, ...week, 10]);
    expect(found.map(({ day, score }) => [day, score > 0])).toEqual(expect.arrayContaining([["2026-11-08", true]]));
    expect(found.some(({ day }) => day >= "2026-11-01" && day < "2026-11-08")).toBe(false);
  });

  it("is not called so for a few cents, nor before a week was seen", () => {
    expect(find([0, 0, 0, 0, 0, 0, 0, 0.04])).toEqual([]);
    expect(find([1, 1, 1, 100])).toEqual([]);
  });
});

describe("a threshold", () => {
  const thresholds = [
    { percent: 100, of: "forecast" },
    { percent: 100, of: "actual" },
    { percent: 50, of: "actual" },
  ] as const;

  it("is reached at exactly its share", () => {
    const at = (spentFemto: bigint, expectedFemto?: bigint) =>
      reachedThresholds(200n, thresholds, { spentFemto, expectedFemto }).map(({ percent, of }) => `${percent} ${of}`);
    expect(at(99n)).toEqual([]);
    expect(at(100n)).toEqual(["50 actual"]);
    expect(at(100n, 199n)).toEqual(["50 actual"]);
    expect(at(100n, 200n)).toEqual(["50 actual", "100 forecast"]);
    expect(at(200n, 200n)).toEqual(["50 actual", "100 actual", "100 forecast"]);
  });
});
