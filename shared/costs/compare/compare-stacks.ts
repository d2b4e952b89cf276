import { divide, parseDecimal, roundToCents, ZERO } from "#shared/kernel/money.ts";
import type { ExchangeRate } from "../exchange-rates.ts";
import type { Evidence } from "../price-card.ts";
import { hashCards, type StackLine, type StackPrice, tryPriceStack } from "./price-stack.ts";
import { asQuantity, type Corner, resolveVolumes } from "./quantity.ts";
import type { Stack } from "./stack.ts";
import type { Workload } from "./workload.ts";

/** A figure at both ends of the inputs' ranges; the same text where it is no range. */
export interface Range {
  low: string;
  high: string;
}

/** The same, null at an end at which the stack has no price. */
export interface PriceRange {
  low: string | null;
  high: string | null;
}

export interface ComparedLine
  extends Pick<StackLine, "card" | "meter" | "tier" | "unit" | "currency" | "rate" | "priceFrom"> {
  used: PriceRange;
  billable: PriceRange;
  unitPrice: string;
  /** USD. */
  amount: PriceRange;
  evidence: Evidence;
}

export interface ComparedStack {
  id: string;
  name: string;
  about: string;
  lines: ComparedLine[];
  total: PriceRange;
  /** Why there is no total at an end. */
  reason: string | null;
  /** How much of the total stands on prices of each evidence level. */
  byEvidence: { level: string; amount: PriceRange }[];
  volumes: ComparedVolume[];
  exclusions: string[];
  cardHashes: Record<string, string>;
}

export interface ComparedVolume extends Range {
  name: string;
  unit: string;
  about: string;
}

export interface Comparison {
  workload: { id: string; name: string; about: string; assumptions: string[] };
  /** The day whose prices hold. */
  date: string;
  currency: "USD";
  volumes: ComparedVolume[];
  a: ComparedStack;
  b: ComparedStack;
  /** A − B with every input at the low end of its range, and at the high end; null where one has no price. */
  difference: Range | null;
  /** Of A, to one decimal. */
  savedPercent: Range | null;
}

export interface CompareInput {
  workload: Workload;
  stackA: Stack;
  stackB: Stack;
  date?: string | undefined;
  rates?: readonly ExchangeRate[];
}

/** One workload on two stacks. */
export function compareStacks({ workload, stackA, stackB, date = workload.date, rates }: CompareInput): Comparison {
  const price = (stack: Stack, corner: Corner) =>
    tryPriceStack({ workload, stack, corner, date, ...(rates && { rates }) });
  const describe = (stack: Stack): ComparedStack => ({
    id: stack.id,
    name: stack.name,
    about: stack.about,
    ...combine(price(stack, "low"), price(stack, "high")),
    volumes: describeVolumes(stack.volumes, workload, stack),
    exclusions: stack.exclusions,
    cardHashes: hashCards(stack, date),
  });
  const [a, b] = [describe(stackA), describe(stackB)];
  const [lowA, highA, lowB, highB] = [a.total.low, a.total.high, b.total.low, b.total.high];
  const hasAll = lowA !== null && highA !== null && lowB !== null && highB !== null;
  return {
    workload: { id: workload.id, name: workload.name, about: workload.about, assumptions: workload.assumptions },
    date,
    currency: "USD",
    volumes: describeVolumes(workload.volumes, workload),
    a,
    b,
    difference: hasAll ? { low: minus(lowA, lowB), high: minus(highA, highB) } : null,
    savedPercent: hasAll ? { low: savedPercent(lowA, lowB), high: savedPercent(highA, highB) } : null,
  };
}

function describeVolumes(shown: Workload["volumes"], workload: Workload, stack?: Stack): ComparedVolume[] {
  const all = { ...workload.volumes, ...stack?.volumes };
  const [low, high] = [resolveVolumes(all, "low"), resolveVolumes(all, "high")];
  return Object.entries(shown).map(([name, { unit, about }]) => ({
    name,
    low: asQuantity(low(name)),
    high: asQuantity(high(name)),
    unit,
    about,
  }));
}

type Priced = StackPrice | { reason: string };

function combine(low: Priced, high: Priced): Pick<ComparedStack, "lines" | "total" | "reason" | "byEvidence"> {
  const reason = "reason" in low ? low.reason : "reason" in high ? high.reason : null;
  const [lowLines, highLines] = ["lines" in low ? low.lines : [], "lines" in high ? high.lines : []];
  const keyOf = ({ card, meter, tier }: StackLine) => `${card}/${meter}/${tier}`;
  const keys = [...new Set([...lowLines, ...highLines].map(keyOf))];
  const lines = keys.flatMap((key) => {
    const pair = {
      low: lowLines.find((line) => keyOf(line) === key),
      high: highLines.find((line) => keyOf(line) === key),
    };
    const line = pair.high ?? pair.low;
    if (line === undefined) return [];
    const range = (of: (each: StackLine) => string): PriceRange => ({
      low: "reason" in low ? null : pair.low ? of(pair.low) : "0",
      high: "reason" in high ? null : pair.high ? of(pair.high) : "0",
    });
    const { card, meter, tier, unit, currency, rate, priceFrom, unitPrice, evidence } = line;
    const ranges = { used: range((l) => l.used), billable: range((l) => l.billable), amount: range((l) => l.amount) };
    return [{ card, meter, tier, unit, currency, rate, priceFrom, unitPrice, evidence, ...ranges }];
  });
  const total = { low: "total" in low ? low.total : null, high: "total" in high ? high.total : null };
  return { lines, total, reason, byEvidence: sumByEvidence(lines, total) };
}

function sumByEvidence(lines: readonly ComparedLine[], total: PriceRange): ComparedStack["byEvidence"] {
  const levels = [...new Set(lines.map(({ evidence }) => evidence.level))].sort();
  const sum = (level: string, corner: Corner) => {
    const own = lines.filter(({ evidence }) => evidence.level === level);
    const amounts = own.map(({ amount }) => parseDecimal(amount[corner] ?? "0"));
    return total[corner] === null ? null : roundToCents(amounts.reduce((all, each) => all.plus(each), ZERO));
  };
  return levels.map((level) => ({ level, amount: { low: sum(level, "low"), high: sum(level, "high") } }));
}

export const minus = (a: string, b: string): string => roundToCents(parseDecimal(a).minus(parseDecimal(b)));

/** How much of `a` is saved by `b`, in percent to one decimal: `77.0`; negative where it costs more. */
export function savedPercent(a: string, b: string): string {
  const whole = parseDecimal(a);
  if (whole.eq(ZERO)) return "0.0";
  const percent = divide(whole.minus(parseDecimal(b)).times(parseDecimal("100")), whole).toFixed(1);
  return percent === "-0.0" ? "0.0" : percent;
}
