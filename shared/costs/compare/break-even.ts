import type { ExchangeRate } from "../exchange-rates.ts";
import type { PriceRange } from "./compare-stacks.ts";
import { type PricingInput, tryPriceStack } from "./price-stack.ts";
import type { Corner } from "./quantity.ts";
import type { Stack } from "./stack.ts";
import type { Workload } from "./workload.ts";

export interface Span {
  from: number;
  to: number;
  /** Points on a logarithmic axis, both ends included. */
  points: number;
}

/** Totals in USD; null where the stack has no published price. */
export interface BreakEvenPoint {
  /** Of the workload's scale, a whole number. */
  volume: number;
  a: PriceRange;
  b: PriceRange;
}

/** Between two neighbouring whole volumes the other stack becomes the cheaper one. */
export interface Crossing {
  corner: Corner;
  /** The first volume at which `cheaper` is the cheaper one. */
  volume: number;
  cheaper: string;
}

export interface BreakEven {
  scale: string;
  points: BreakEvenPoint[];
  crossings: Crossing[];
}

export interface BreakEvenInput {
  workload: Workload;
  stackA: Stack;
  stackB: Stack;
  date?: string | undefined;
  rates?: readonly ExchangeRate[];
}

/**
 * Both stacks over the workload's scale, everything that is not made of it left as it is. Crossings are found between
 * neighbouring points by halving; steps of a price can cross more than once within a point's reach, which shows as one.
 */
export function findBreakEven(input: BreakEvenInput, { from, to, points }: Span): BreakEven {
  const { stackA, stackB, workload } = input;
  const price = pricer(input);
  const volumes = logarithmic(from, to, points);
  const found = volumes.map((volume) => ({
    volume,
    a: { low: price(stackA, "low", volume), high: price(stackA, "high", volume) },
    b: { low: price(stackB, "low", volume), high: price(stackB, "high", volume) },
  }));
  const crossings = (["low", "high"] as const).flatMap((corner) => {
    const isACheaper = (volume: number): boolean | undefined => {
      const [a, b] = [price(stackA, corner, volume), price(stackB, corner, volume)];
      return a === null || b === null ? undefined : Number(a) < Number(b);
    };
    return volumes.slice(1).flatMap((volume, i): Crossing[] => {
      const [before, after] = [isACheaper(volumes[i] ?? volume), isACheaper(volume)];
      if (before === undefined || after === undefined || before === after) return [];
      const at = firstWhere(volumes[i] ?? volume, volume, (each) => isACheaper(each) === after);
      return [{ corner, volume: at, cheaper: after ? stackA.id : stackB.id }];
    });
  });
  return { scale: workload.scale, points: found, crossings };
}

/** The least whole volume at which a stack costs at least an amount; undefined where it does not within the span. */
export function volumeCosting(
  { workload, stack, corner, date, rates }: Omit<PricingInput, "given">,
  amountUsd: string,
  { from, to }: { from: number; to: number },
): number | undefined {
  const price = pricer({ workload, date, ...(rates && { rates }) });
  const costsEnough = (volume: number) => {
    const total = price(stack, corner, volume);
    return total === null || Number(total) >= Number(amountUsd);
  };
  if (!costsEnough(to)) return undefined;
  const at = costsEnough(from) ? from : firstWhere(from, to, costsEnough);
  return price(stack, corner, at) === null ? undefined : at;
}

type Pricer = (stack: Stack, corner: Corner, volume: number) => string | null;

function pricer({ workload, date, rates }: Pick<PricingInput, "workload" | "date" | "rates">): Pricer {
  const known = new Map<string, string | null>();
  return (stack, corner, volume) => {
    const key = `${stack.id}/${corner}/${volume}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const given = { [workload.scale]: String(volume) };
    const priced = tryPriceStack({ workload, stack, corner, date, given, ...(rates && { rates }) });
    const total = "total" in priced ? priced.total : null;
    known.set(key, total);
    return total;
  };
}

function firstWhere(from: number, to: number, holds: (volume: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function logarithmic(from: number, to: number, points: number): number[] {
  const step = Math.log(to / from) / (points - 1);
  return [...new Set(Array.from({ length: points }, (_, i) => Math.round(from * Math.exp(step * i))))];
}
