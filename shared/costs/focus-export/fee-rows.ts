import { largestRemainder } from "#shared/kernel/largest-remainder.ts";
import { fromFemto, parseDecimal, toDecimalString, toFemto, ZERO } from "#shared/kernel/money.ts";
import type { ChargeWithLines } from "./charge.ts";
import type { WrittenRow } from "./focus-columns.ts";
import { methodOf, ofCharge, type PricedChargeLine, skuOf, unpriced } from "./row-parts.ts";

/**
 * A fee of the month: one Purchase that is billed, and Usage rows that recognise it, each with its share of the fee and
 * of the months bought. Where nothing was allocated the Purchase keeps its cost.
 */
export function* feeRows(source: ChargeWithLines, lines: readonly PricedChargeLine[]): Generator<WrittenRow> {
  const { charge } = source;
  const recognising = lines.filter(({ amount }) => !parseDecimal(amount).eq(ZERO));
  const isRecognised = recognising.some(({ line }) => line.isAllocated);
  const amount = toDecimalString(parseDecimal(charge.amount ?? "0"));
  const months = toDecimalString(parseDecimal(charge.billable ?? "1"));
  const price = toDecimalString(parseDecimal(charge.unitPrice ?? amount));
  const cost = toDecimalString(parseDecimal(price).times(parseDecimal(months)));
  yield {
    ...ofCharge(source, amount),
    ...skuOf(charge, "fee"),
    ChargeCategory: "Purchase",
    ChargeDescription: `${charge.service}: ${charge.meter}`,
    ChargeFrequency: "Recurring",
    ContractedCost: cost,
    ContractedUnitPrice: price,
    EffectiveCost: isRecognised ? "0" : amount,
    ListCost: cost,
    ListUnitPrice: price,
    PricingCategory: "Standard",
    PricingQuantity: months,
    PricingUnit: charge.unit,
  };
  if (!isRecognised) return;
  const weights = recognising.map((one) => toFemto(parseDecimal(one.amount).abs()));
  const shares = largestRemainder(toFemto(parseDecimal(months)), weights);
  for (const [index, one] of recognising.entries()) {
    const share = toDecimalString(fromFemto(shares[index] ?? 0n));
    yield { ...unpriced(source, one), ...recognised(source, one, share) };
  }
}

/** Covered by the purchase: no price of its own, nothing billed. */
function recognised({ charge }: ChargeWithLines, { line }: PricedChargeLine, share: string): Partial<WrittenRow> {
  const isShared = line.function !== null;
  return {
    ...skuOf(charge, "recognised"),
    AllocatedMethodId: isShared ? methodOf(charge) : null,
    AllocatedResourceId: line.function,
    AllocatedResourceName: line.function,
    BilledCost: "0",
    ChargeDescription: `${charge.service}: ${charge.meter}, recognised`,
    ConsumedQuantity: share,
    ConsumedUnit: charge.unit,
    ContractedCost: "0",
    ContractedUnitPrice: "0",
    ListCost: "0",
    ListUnitPrice: "0",
    PricingCategory: "Standard",
    PricingQuantity: share,
    PricingUnit: charge.unit,
    ResourceId: null,
    ResourceName: null,
    ResourceType: null,
  };
}
