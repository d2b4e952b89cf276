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
 * The interval is ±1.2816 σ √(n + Σ n² (π/2)/k) around it, never below what is spent: n days to come, the sum over
 * groups of days that share a median of k days, (π/2)/k being the variance of a median of k. σ is 1.4826 × the median
 * absolute deviation of each learnt day from the median of the others in its group, less what that median adds:
 * × √((k − 1)/(k − 1 + π/2)). On simulated months it holds the end in 75 to 85 % (tests/unit/costs/forecast.test.ts).
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

  const groups = groupDays(learnt, toCome, costOf);
  const remaining = groups.reduce((sum, { typical, toCome: own }) => {
    const left = own.map((day) => typical - (day === today ? costOf(day) : 0n));
    return left.reduce((all, each) => (each > 0n ? all + each : all), sum);
  }, 0n);
  const expectedFemto = spentFemto + remaining;
  const halfWidth = spreadOf(groups);
  return {
    spentFemto,
    expectedFemto,
    lowFemto: remaining > halfWidth ? expectedFemto - halfWidth : spentFemto,
    highFemto: expectedFemto + halfWidth,
    learntDays: learnt.length,
  };
}

/** Days to come that cost the same typical amount, and the days that tell it. */
interface Group {
  typical: bigint;
  learnt: bigint[];
  toCome: string[];
}

function groupDays(learnt: readonly string[], toCome: readonly string[], costOf: (day: string) => bigint): Group[] {
  const groups = new Map<number, Group>();
  for (const day of toCome) {
    const weekday = weekdayOf(day);
    const same = learnt.filter((each) => weekdayOf(each) === weekday);
    const isOwn = same.length >= LEAST_SAME_WEEKDAY;
    const key = isOwn ? weekday : -1;
    const known = groups.get(key);
    if (known) known.toCome.push(day);
    else {
      const all = (isOwn ? same : learnt).map(costOf);
      groups.set(key, { typical: median(all) ?? 0n, learnt: all, toCome: [day] });
    }
  }
  return [...groups.values()];
}

/** 1.2816² × 1.4826², π/2 and 1, in ten-thousandths. */
const SPREAD_SQUARED = 36_104n;
const HALF_PI = 15_708n;
const ONE = 10_000n;

function spreadOf(groups: readonly Group[]): bigint {
  const deviations = groups.flatMap(({ learnt }) =>
    learnt.map((cost, i) => cost - (median(learnt.filter((_, other) => other !== i)) ?? cost)),
  );
  const deviation = medianDeviation(deviations) ?? 0n;
  const others = BigInt(Math.max(1, Math.round(deviations.length / groups.length) - 1));
  const days = groups.reduce((sum, { learnt, toCome }) => {
    const [n, k] = [BigInt(toCome.length), BigInt(learnt.length)];
    return sum + n * ONE + (n * n * HALF_PI) / k;
  }, 0n);
  const squared = SPREAD_SQUARED * deviation * deviation * days * others;
  return squareRoot(squared / (ONE * (others * ONE + HALF_PI)));
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
