import { addDays, daysBetween, weekdayOf } from "../budgets/days.ts";
import type { DailyCost } from "../budgets/forecast.ts";
import { median, medianDeviation } from "../budgets/median.ts";

export interface UnusualDay {
  day: string;
  costFemto: bigint;
  /** What such a day costs. */
  usualFemto: bigint;
  /** The modified z-score: how far off it is, in robust standard deviations. */
  score: number;
}

/** Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993): |modified z| above 3.5. */
const LIMIT = 3.5;
const LOOK_BACK_WEEKS = 8;
const LEAST_SAME_WEEKDAY = 4;
const LEAST_DAYS = 7;
/** The least that counts as a deviation, however steady the days before were: a twentieth of the usual, or a cent. */
const LEAST_SHARE = 20n;
const CENT_FEMTO = 10_000_000_000_000n;

/**
 * The days of `[from, to)` whose cost is far from that of the days before: of the same weekday in the eight weeks before
 * where there are four of them, else of all those days. Median and MAD, so that an odd day does not hide the next one.
 * Days before `firstDay` tell nothing; a day with fewer than seven before it is not judged.
 */
export function findUnusualDays(
  days: readonly DailyCost[],
  { from, to, firstDay }: { from: string; to: string; firstDay: string },
): UnusualDay[] {
  const costs = new Map(days.map(({ day, costFemto }) => [day, costFemto]));
  const costOf = (day: string) => costs.get(day) ?? 0n;
  return daysBetween(from, to).flatMap((day) => {
    const earliest = addDays(day, -7 * LOOK_BACK_WEEKS);
    const before = daysBetween(firstDay > earliest ? firstDay : earliest, day);
    if (before.length < LEAST_DAYS) return [];
    const same = before.filter((each) => weekdayOf(each) === weekdayOf(day));
    const compared = (same.length >= LEAST_SAME_WEEKDAY ? same : before).map(costOf);
    const usualFemto = median(compared) ?? 0n;
    const deviation = medianDeviation(compared) ?? 0n;
    const least = usualFemto / LEAST_SHARE > CENT_FEMTO ? usualFemto / LEAST_SHARE : CENT_FEMTO;
    const scale = deviation > least ? deviation : least;
    const score = 0.6745 * ratio(costOf(day) - usualFemto, scale);
    return Math.abs(score) > LIMIT ? [{ day, costFemto: costOf(day), usualFemto, score }] : [];
  });
}

const ratio = (dividend: bigint, divisor: bigint): number => Number((dividend * 1000n) / divisor) / 1000;
