import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, daysBetween } from "#shared/costs/budgets/days.ts";
import { type DailyCost, forecastMonth } from "#shared/costs/budgets/forecast.ts";

const PERIOD = "2026-11";
const usd = (dollars: number): bigint => BigInt(dollars) * 10n ** 15n;
/** From a day on, one cost a day. */
const from = (day: string, ...dollars: number[]): DailyCost[] =>
  dollars.map((each, i) => ({ day: addDays(day, i), costFemto: usd(each) }));
const forecast = (change: Partial<Parameters<typeof forecastMonth>[0]>) =>
  forecastMonth({ period: PERIOD, today: "2026-11-11", days: [], firstDay: "2026-11-01", fixedFemto: 0n, ...change });

describe("the forecast of a month", () => {
  it("is what was spent and a usual day for each to come, with no spread when all days are alike", () => {
    const days = from("2026-11-01", 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    expect(forecast({ days })).toEqual({
      spentFemto: usd(20),
      expectedFemto: usd(60),
      lowFemto: usd(60),
      highFemto: usd(60),
      learntDays: 10,
    });
  });

  it("tells weekdays from weekends", () => {
    // 2026-11-01 is a Sunday. Four weeks of five working days at $10 and two days off at $1; then 7 days off and 16 others.
    const week = [1, 10, 10, 10, 10, 10, 1];
    const days = from("2026-10-14", 10, 10, 10, 1, ...week, ...week, ...week);
    const made = forecast({ days, firstDay: "2026-10-14", today: "2026-11-08" });
    expect(made?.spentFemto).toBe(usd(52));
    expect(made?.expectedFemto).toBe(usd(52 + 16 * 10 + 7));
    expect(made?.highFemto).toBe(usd(52 + 16 * 10 + 7));
  });

  it("does not let one odd day move the rest of the month", () => {
    const days = from("2026-11-01", 2, 2, 2, 500, 2, 2, 2, 2, 2, 2);
    expect(forecast({ days })?.expectedFemto).toBe(usd(518 + 40));
  });

  it("takes fees of the month once, and what today cost so far as part of a usual day", () => {
    const days = from("2026-11-01", 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1);
    expect(forecast({ days, fixedFemto: usd(5) })).toMatchObject({ spentFemto: usd(26), expectedFemto: usd(65) });
    const much = from("2026-11-01", 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 9);
    expect(forecast({ days: much })).toMatchObject({ spentFemto: usd(29), expectedFemto: usd(67) });
  });

  it("has a spread of 1.2816 σ √(n + n² (π/2)/k), σ from each day's distance to the median of the others", () => {
    // 1 to 5 lie 2.5, 1.5, 0, 1.5, 2.5 from the median of the other four: MAD 1.5. σ = 1.4826 × 1.5 × √(4/(4 + π/2)) = 1.8844;
    // 25 days to come: 1.2816 × 1.8844 × √(25 + 625 × 1.5708 / 5) = 35.93.
    const made = forecast({ today: "2026-11-06", days: from("2026-11-01", 1, 2, 3, 4, 5) });
    expect(made?.expectedFemto).toBe(usd(15 + 75));
    expect(Number(made?.highFemto) / 1e15).toBeCloseTo(90 + 35.93, 1);
    expect(Number(made?.lowFemto) / 1e15).toBeCloseTo(90 - 35.93, 1);
  });

  it("is not made from fewer than three days, and is the sum once the month is over", () => {
    expect(forecast({ firstDay: "2026-11-09" })).toBeUndefined();
    const over = forecast({ today: "2026-12-02", days: from("2026-11-01", 2, 3) });
    expect(over).toMatchObject({ spentFemto: usd(5), expectedFemto: usd(5), lowFemto: usd(5), highFemto: usd(5) });
  });
});

const PAST = daysBetween("2026-10-01", "2026-12-01");
const anyDays = fc.array(fc.bigInt({ min: 0n, max: usd(1_000) }), { minLength: PAST.length, maxLength: PAST.length });
const toDays = (costs: readonly bigint[]) => costs.map((costFemto, i) => ({ day: PAST[i] ?? "", costFemto }));

describe("any forecast", () => {
  it("lies in its interval, and never below what is spent", () => {
    fc.assert(
      fc.property(anyDays, fc.integer({ min: 3, max: 60 }), (costs, at) => {
        const made = forecast({ days: toDays(costs), firstDay: "2026-10-01", today: PAST[at] ?? "" });
        if (made === undefined) throw new Error("there are days enough");
        expect(made.spentFemto <= made.lowFemto).toBe(true);
        expect(made.lowFemto <= made.expectedFemto).toBe(true);
        expect(made.expectedFemto <= made.highFemto).toBe(true);
      }),
    );
  });

  it("does not fall when a day cost more", () => {
    const change = fc.record({
      at: fc.nat(60),
      more: fc.bigInt({ min: 0n, max: usd(500) }),
      today: fc.integer({ min: 3, max: 60 }),
    });
    fc.assert(
      fc.property(anyDays, change, (costs, { at, more, today }) => {
        const expectedOf = (each: readonly bigint[]) =>
          forecast({ days: toDays(each), firstDay: "2026-10-01", today: PAST[today] ?? "" })?.expectedFemto ?? -1n;
        const raised = costs.map((cost, i) => (i === at ? cost + more : cost));
        expect(expectedOf(raised) >= expectedOf(costs)).toBe(true);
      }),
    );
  });
});

/** Numbers from 0 to 1 in an order of their own (a linear congruential generator, Numerical Recipes' constants). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

describe("the interval", () => {
  it.each([
    ["2026-11-05", "alike"],
    ["2026-11-15", "alike"],
    ["2026-11-25", "alike"],
    ["2026-11-05", "cheaper at weekends"],
    ["2026-11-15", "cheaper at weekends"],
    ["2026-11-25", "cheaper at weekends"],
  ])("made on %s of days that are %s holds four of five simulated months", (today, days) => {
    const random = randomFrom(42);
    const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const costOn = (day: string) => {
      const level = days === "alike" || ![0, 6].includes(new Date(day).getUTCDay()) ? 10 : 3;
      return BigInt(Math.round(1e6 * Math.max(0, level + 2 * normal()))) * 10n ** 9n;
    };
    const months = 600;
    let held = 0;
    for (let i = 0; i < months; i++) {
      const all = PAST.map((day) => ({ day, costFemto: costOn(day) }));
      const seen = all.filter(({ day }) => day < today);
      const made = forecast({ days: seen, firstDay: "2026-10-01", today });
      const truth = all.filter(({ day }) => day >= "2026-11-01").reduce((sum, { costFemto }) => sum + costFemto, 0n);
      if (made && made.lowFemto <= truth && truth <= made.highFemto) held++;
    }
    expect(held / months).toBeGreaterThan(0.75);
    expect(held / months).toBeLessThan(0.86);
  });
});
