import type { Measured, Scenario } from "#tests/support/simulate-limits.ts";

export const MOST_OVER_PERCENT = 1;
export const MOST_FALSE_PERCENT = 2;

/** The worst of several scenarios. */
export interface Line {
  /** Units above the limit in the worst span of one window. */
  readonly overPercent: number;
  /** Of the requests, those refused that one process alone would have admitted. */
  readonly falsePercent: number;
  /** Calls to the store, of all scenarios together, per 100 requests. */
  readonly callsPercent: number;
  readonly isPassed: boolean;
}

export function lineOf(load: number, results: readonly (readonly [Scenario, Measured])[]): Line {
  const over = results.map(([{ limit }, { mostInWindow }]) => (100 * (mostInWindow - limit)) / limit);
  const refused = results.map(([, each]) => (100 * (each.exactlyAdmitted - each.admitted)) / each.requests);
  const sum = (of: keyof Measured) => results.reduce((total, [, each]) => total + each[of], 0);
  const overPercent = Math.max(0, ...over);
  const falsePercent = Math.max(0, ...refused);
  const isPassed = overPercent <= MOST_OVER_PERCENT && (load > 0.9 || falsePercent <= MOST_FALSE_PERCENT);
  return { overPercent, falsePercent, callsPercent: (100 * sum("storeCalls")) / sum("requests"), isPassed };
}
