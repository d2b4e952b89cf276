import { describe, expect, it } from "vitest";
import { type Scenario, simulate } from "#tests/support/simulate-limits.ts";

const WINDOWS: Record<number, number> = { 10: 60, 100: 12, 1000: 4 };
const scenarios = [3, 9].flatMap((processes) =>
  [10, 100, 1_000].flatMap((limit) =>
    [10_000, 300_000].flatMap((windowMs) =>
      [0.9, 2].map((load) => ({ processes, limit, windowMs, load, windows: WINDOWS[limit] ?? 4, seed: 11 })),
    ),
  ),
);

const percent = (part: number, whole: number): number => (100 * part) / whole;

describe.each(["even", "poisson"] as const)("processes that share a quota, with %s arrivals,", (arrivals) => {
  it.each(scenarios)("hold $limit in $windowMs ms over $processes processes at $load × load", async (scenario) => {
    const measured = await simulate({ ...scenario, arrivals });
    const { mostInWindow, exactlyAdmitted, admitted, requests } = measured;
    expect(percent(mostInWindow - scenario.limit, scenario.limit)).toBeLessThanOrEqual(1);
    if (scenario.load === 0.9) expect(percent(exactlyAdmitted - admitted, requests)).toBeLessThanOrEqual(2);
    expect(requests).toBeGreaterThan(scenario.limit);
  });
});

it("gives one process nearly all of a quota that the others leave", async () => {
  const scenario: Scenario = {
    processes: 5,
    limit: 1_000,
    windowMs: 10_000,
    load: 0.9,
    arrivals: "poisson",
    skew: 0.8,
    windows: 8,
    seed: 5,
  };
  const { exactlyAdmitted, admitted, requests, storeCalls } = await simulate(scenario);
  expect(percent(exactlyAdmitted - admitted, requests)).toBeLessThanOrEqual(2);
  expect(storeCalls).toBeLessThan(requests / 2);
});
