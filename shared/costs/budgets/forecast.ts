import { addDays, boundsOf, daysBetween, weekdayOf } from "./days.ts";
import { median, medianDeviation } from "./median.ts";

/** Cost of one day, in 1e-15 of the currency. */
export interface DailyCost {
  day: string;
  costFemto: bigint;
}

export interface ForecastInput {
  /** `YYYY-MM`. */
  period: string;
  /** The day that is not over yet: what it cost so far counts, what it will cost is forecast. */
  today: string;
  /** Cost that goes with use, by day, of the period and the weeks before; a day that is not named cost nothing. */
  days: readonly DailyCost[];
  /** The first day with records: days before it tell nothing. */
  firstDay: string;
  /** Fees of the period that do not go with use, whole. */
  fixedFemto: bigint;
}

/** What a month will cost. */
export interface Forecast {
  /** Fees and use so far. */
  spentFemto: bigint;
  expectedFemto: bigint;
  /** Where the month ends with a probability of 80 %, as far as its days are like the ones before. */
  lowFemto: bigint;
  highFemto: bigint;
  /** Complete days that the forecast learnt from. */
  learntDays: number;
}

/** Complete days that are looked back on: each weekday four times. */
const WINDOW_DAYS = 28;
const LEAST_DAYS = 3;
/** Of one weekday, before it is told apart from the others. */
const LEAST_SAME_WEEKDAY = 2;

/**
 * Month to date, and for each day to come the median of the same weekday in the last 28 complete days (of all days
 * while a weekday was seen less than twice). Medians, so that one odd day does not move the month; what a day to come
 * costs never depends on anything but days that are over, and more cost never forecasts less.
 *
 * The interval is ±1.2816 σ √(n + n²/k) around it, never below what is spent: n days to come, k learnt days, σ =
 * 1.4826 × the median absolute deviation of the learnt days from their weekday's median. n/k is what the level may be off.
 * @returns undefined with fewer than three complete days to learn from
 */
export function forecastMonth({ period, today, days, firstDay, fixedFemto }: ForecastInput): Forecast | undefined {
  const { from, to } = boundsOf(period);
  const costs = new Map(days.map(({ day, costFemto }) => [day, costFemto]));
  const costOf = (day: string) => costs.get(day) ?? 0n;
  const earliest = addDays(today, -WINDOW_DAYS);
  const learnt = daysBetween(firstDay > earliest ? firstDay : earliest, today);
  const spentDays = daysBetween(from, to).filter((day) => day <= today);
  const spentFemto = spentDays.reduce((sum, day) => sum + costOf(day), fixedFemto);
  const toCome = daysBetween(from > today ? from : today, to);
  if (toCome.length === 0) {
    return { spentFemto, expectedFemto: spentFemto, lowFemto: spentFemto, highFemto: spentFemto, learntDays: 0 };
  }
  if (learnt.length < LEAST_DAYS) return undefined;

  const typical = typicalDay(learnt, costOf);
  const remaining = toCome.reduce((sum, day) => {
    const left = typical(day) - (day === today ? costOf(day) : 0n);
    return left > 0n ? sum + left : sum;
  }, 0n);
  const expectedFemto = spentFemto + remaining;
  const halfWidth = spreadOf(
    learnt.map((day) => costOf(day) - typical(day)),
    toCome.length,
  );
  return {
    spentFemto,
    expectedFemto,
    lowFemto: remaining > halfWidth ? expectedFemto - halfWidth : spentFemto,
    highFemto: expectedFemto + halfWidth,
    learntDays: learnt.length,
  };
}

function typicalDay(learnt: readonly string[], costOf: (day: string) => bigint): (day: string) => bigint {
  const all = median(learnt.map(costOf)) ?? 0n;
  const byWeekday = Array.from({ length: 7 }, (_, weekday) => {
    const same = learnt.filter((day) => weekdayOf(day) === weekday);
    return same.length >= LEAST_SAME_WEEKDAY ? (median(same.map(costOf)) ?? all) : all;
  });
  return (day) => byWeekday[weekdayOf(day)] ?? all;
}

/** 1.2816² × 1.4826², in ten-thousandths. */
const SPREAD_SQUARED = 36_104n;

function spreadOf(deviations: readonly bigint[], toCome: number): bigint {
  const deviation = medianDeviation(deviations) ?? 0n;
  const [n, k] = [BigInt(toCome), BigInt(deviations.length)];
  return squareRoot((SPREAD_SQUARED * deviation * deviation * n * (k + n)) / (10_000n * k));
}

/** The floor of the square root (Newton's method). */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
