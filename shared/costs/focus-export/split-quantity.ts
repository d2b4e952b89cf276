import { largestRemainder } from "#shared/kernel/largest-remainder.ts";
import { parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import type { ChargeWithLines } from "./charge.ts";

const placesOf = (text: string): number => text.split(".")[1]?.length ?? 0;

const toUnits = (text: string, places: number): bigint => {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(places, "0"));
};

const fromUnits = (units: bigint, places: number): string => {
  const digits = units.toString().padStart(places + 1, "0");
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return toDecimalString(parseDecimal(text));
};

const atMost = (limit: bigint, value: bigint): bigint => (value < 0n ? 0n : value < limit ? value : limit);

/** What of a charge's quantity the allowance covers, and what is billed beyond it; `rounding` was billed, not used. */
export interface QuantityShares {
  /** By the place of the line; null where the line has no quantity. */
  readonly shares: readonly ({ readonly included: string; readonly overage: string } | null)[];
  readonly rounding: string;
}

/**
 * Splits the quantity of each line of a usage charge into allowance and overage, by the account's method, in the
 * finest unit that its quantities are written in. The overage and the rounding sum to what the charge bills, where its lines are not cut off.
 */
export function splitQuantity({ charge, lines, roundUpTo }: ChargeWithLines): QuantityShares {
  const quantities = lines.map(({ quantity }) => quantity);
  const billable = charge.billable ?? "0";
  const texts = [...quantities.filter((text) => text !== null), billable, charge.included ?? "0"];
  const places = Math.max(...texts.map(placesOf));
  const weights = quantities.map((text) => (text === null ? 0n : toUnits(text, places)));
  const consumed = weights.reduce((sum, weight) => sum + weight, 0n);
  const billed = toUnits(billable, places);
  const free = toUnits(charge.included ?? "0", places);
  const overage = atMost(consumed, overageOf({ consumed, billed, free, isRounded: roundUpTo !== undefined }));
  const included = includedShares(charge.spread, lines, weights, consumed - overage);
  return {
    shares: quantities.map((text, index) => {
      const share = included[index] ?? 0n;
      if (text === null) return null;
      return { included: fromUnits(share, places), overage: fromUnits((weights[index] ?? 0n) - share, places) };
    }),
    rounding: roundUpTo === undefined ? "0" : fromUnits(atMost(billed, billed - overage), places),
  };
}

interface Totals {
  readonly consumed: bigint;
  readonly billed: bigint;
  readonly free: bigint;
  readonly isRounded: boolean;
}

/** Without an allowance all is billed, also where lines are cut off at 15 places and the charge is not. */
function overageOf({ consumed, billed, free, isRounded }: Totals): bigint {
  if (billed === 0n) return 0n;
  if (isRounded) return atMost(billed, consumed - free);
  return free === 0n ? consumed : billed;
}

function includedShares(
  spread: string,
  lines: ChargeWithLines["lines"],
  weights: readonly bigint[],
  allowance: bigint,
): bigint[] {
  if (spread === "unallocated" || allowance <= 0n) return weights.map(() => 0n);
  if (spread === "pro_rata") return largestRemainder(allowance, weights);
  let left = allowance;
  const shares = weights.map(() => 0n);
  for (const day of [...new Set(lines.map((line) => line.day))].sort()) {
    const ofDay = weights.map((weight, index) => (lines[index]?.day === day ? weight : 0n));
    const used = ofDay.reduce((sum, weight) => sum + weight, 0n);
    const covered = atMost(left, used);
    if (covered === 0n) continue;
    for (const [index, share] of largestRemainder(covered, ofDay).entries())
      shares[index] = (shares[index] ?? 0n) + share;
    left -= covered;
  }
  return shares;
}
