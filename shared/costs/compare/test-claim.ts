import type { ExchangeRate } from "../exchange-rates.ts";
import { volumeCosting } from "./break-even.ts";
import { savedPercent } from "./compare-stacks.ts";
import { tryPriceStack } from "./price-stack.ts";
import type { Corner } from "./quantity.ts";
import type { Stack } from "./stack.ts";
import type { Workload } from "./workload.ts";

/** Amounts that a claim states, as ranges in USD. */
export interface Claim {
  a: [string, string];
  b: [string, string];
}

/** What both stacks cost at the volume at which one of them costs what the claim states. */
export interface ClaimPoint {
  stack: string;
  corner: Corner;
  /** The first amount of the claim's range. */
  amount: string;
  /** The least volume that costs at least this; null: none up to a hundred million. */
  volume: number | null;
  a: string | null;
  b: string | null;
  savedPercent: string | null;
  /** Both totals lie in the claim's ranges. */
  isMet: boolean;
}

export interface ClaimTest {
  claim: Claim;
  points: ClaimPoint[];
}

const SPAN = { from: 1, to: 100_000_000 };

/** Looks for the volumes, at either end of the inputs' ranges, at which a claim would hold. */
export function testClaim(
  {
    workload,
    stackA,
    stackB,
    date,
    rates,
  }: { workload: Workload; stackA: Stack; stackB: Stack; date?: string | undefined; rates?: readonly ExchangeRate[] },
  claim: Claim,
): ClaimTest {
  const common = { workload, date, ...(rates && { rates }) };
  const wanted = [
    { stack: stackA, amount: claim.a[0] },
    { stack: stackB, amount: claim.b[0] },
  ];
  const points = wanted.flatMap(({ stack, amount }) =>
    (["low", "high"] as const).map((corner): ClaimPoint => {
      const volume = volumeCosting({ ...common, stack, corner }, amount, SPAN) ?? null;
      const totalOf = (each: Stack): string | null => {
        if (volume === null) return null;
        const priced = tryPriceStack({ ...common, stack: each, corner, given: { [workload.scale]: String(volume) } });
        return "total" in priced ? priced.total : null;
      };
      const [a, b] = [totalOf(stackA), totalOf(stackB)];
      const isWithin = (total: string | null, [low, high]: [string, string]) =>
        total !== null && Number(total) >= Number(low) && Number(total) <= Number(high);
      return {
        stack: stack.id,
        corner,
        amount,
        volume,
        a,
        b,
        savedPercent: a === null || b === null ? null : savedPercent(a, b),
        isMet: isWithin(a, claim.a) && isWithin(b, claim.b),
      };
    }),
  );
  return { claim, points };
}
