import type { Scenario } from "#tests/support/simulate-limits.ts";

export const PROCESSES = [3, 5, 9] as const;
export const LIMITS = [10, 100, 1_000, 10_000] as const;
export const WINDOWS_MS = [10_000, 60_000, 300_000] as const;
export const LOADS = [0.9, 1, 1.5, 2] as const;
const ARRIVALS = ["even", "poisson"] as const;

/** Windows that are played, by limit: enough for the rare to happen. */
const PLAYED: Record<number, number> = { 10: 100, 100: 20, 1000: 6, 10000: 3 };

/** All scenarios of one line of the table. */
export const scenariosOf = (limit: number, processes: number, load: number): Scenario[] =>
  WINDOWS_MS.flatMap((windowMs) =>
    ARRIVALS.map((arrivals) => ({
      limit,
      processes,
      load,
      windowMs,
      arrivals,
      windows: PLAYED[limit] ?? 3,
      seed: limit + processes,
    })),
  );
