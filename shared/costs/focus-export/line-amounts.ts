import { divide, fromFemto, parseDecimal, toDecimalString, toFemto } from "#shared/kernel/money.ts";
import type { ChargeWithLines } from "./charge.ts";

/**
 * What of a charge's amount falls to each of its lines, in the currency of the invoice; null where nothing was
 * measured. The ledger's shares are in USD: another currency is divided by the rate of its day, and what that rounds
 * away stays with the largest line. Throws when the lines do not sum to the charge, which must not happen.
 */
export function lineAmounts({ charge, lines }: ChargeWithLines): (string | null)[] {
  const rate = parseDecimal(charge.exchangeRate);
  const isNative = rate.eq(parseDecimal("1"));
  const shares = lines.map(({ effectiveCost }) => {
    if (effectiveCost === null) return null;
    const usd = parseDecimal(effectiveCost);
    return toFemto(isNative ? usd : divide(usd, rate));
  });
  const residue =
    toFemto(parseDecimal(charge.amount ?? "0")) - shares.reduce<bigint>((sum, share) => sum + (share ?? 0n), 0n);
  if (residue !== 0n) {
    if (isNative || abs(residue) > BigInt(lines.length)) {
      throw new Error(`the lines of charge ${charge.id} (${charge.card} ${charge.meter}) do not sum to its amount`);
    }
    const largest = shares.reduce<number>((best, share, index) => {
      return share !== null && (best === -1 || abs(share) > abs(shares[best] ?? 0n)) ? index : best;
    }, -1);
    shares[largest] = (shares[largest] ?? 0n) + residue;
  }
  return shares.map((share) => (share === null ? null : toDecimalString(fromFemto(share))));
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
