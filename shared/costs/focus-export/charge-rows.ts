import { parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { type Charge, type ChargeWithLines, isFee } from "./charge.ts";
import { feeRows } from "./fee-rows.ts";
import type { WrittenRow } from "./focus-columns.ts";
import { lineAmounts } from "./line-amounts.ts";
import { ofCharge, skuOf, unpriced } from "./row-parts.ts";
import { splitQuantity } from "./split-quantity.ts";

/** The rows of Cost and Usage that a charge of the ledger makes; their BilledCost sums to its amount exactly. */
export function* chargeRows(source: ChargeWithLines): Generator<WrittenRow> {
  const { charge, lines } = source;
  if (charge.amount === null) return;
  const amounts = lineAmounts(source);
  const priced = lines.flatMap((line, index) => {
    const amount = amounts[index] ?? null;
    return amount === null ? [] : [{ line, amount }];
  });
  if (charge.correctionOf !== null) {
    for (const one of priced) if (!isZero(one.amount)) yield { ...unpriced(source, one), ...ofCategory(charge) };
  } else if (isFee(charge)) {
    yield* feeRows(source, priced);
  } else {
    yield* usageRows(source, amounts);
  }
}

const isZero = (amount: string): boolean => parseDecimal(amount).eq(ZERO);

const ofCategory = (charge: Charge): Partial<WrittenRow> =>
  isFee(charge)
    ? { ChargeCategory: "Purchase", ChargeFrequency: "Recurring" }
    : { ChargeCategory: "Usage", ChargeFrequency: "Usage-Based" };

function* usageRows(source: ChargeWithLines, amounts: readonly (string | null)[]): Generator<WrittenRow> {
  const { charge, lines } = source;
  const { shares, rounding } = splitQuantity(source);
  for (const [index, line] of lines.entries()) {
    const amount = amounts[index] ?? null;
    const share = shares[index] ?? null;
    if (amount === null) continue;
    if (share === null) {
      if (!isZero(amount)) yield { ...unpriced(source, { line, amount }), ...asRemainder(charge, amount) };
      continue;
    }
    const isOver = !isZero(share.overage);
    if (!isZero(share.included)) {
      const billed = isOver ? "0" : amount;
      yield { ...unpriced(source, { line, amount: billed }), ...atPrice(charge, "included", share.included, "0") };
    }
    if (isOver) yield { ...unpriced(source, { line, amount }), ...atPrice(charge, "overage", share.overage) };
  }
  if (!isZero(rounding)) yield { ...ofCharge(source, "0"), ...atPrice(charge, "overage", rounding, undefined, "0") };
}

/** The columns of a price: which SKU, how much of it, at which unit price. */
function atPrice(
  charge: Charge,
  part: "included" | "overage",
  quantity: string,
  unitPrice: string = charge.unitPrice ?? "0",
  consumed: string = quantity,
): Partial<WrittenRow> {
  const price = toDecimalString(parseDecimal(unitPrice));
  const cost = toDecimalString(parseDecimal(price).times(parseDecimal(quantity)));
  const hasAllowance = charge.included !== null && !isZero(charge.included);
  const what = part === "overage" ? "beyond the allowance" : "within the allowance";
  const isRounding = consumed === "0";
  return {
    ...ofCategory(charge),
    ...skuOf(charge, part),
    ChargeDescription: isRounding
      ? `${charge.service}: ${charge.meter}, rounded up to the billing unit`
      : `${charge.service}: ${charge.meter}${hasAllowance ? ` ${what}` : part === "included" ? ", not billed" : ""}`,
    ConsumedQuantity: consumed,
    ConsumedUnit: charge.unit,
    ContractedCost: cost,
    ContractedUnitPrice: price,
    ListCost: cost,
    ListUnitPrice: price,
    PricingCategory: "Standard",
    PricingQuantity: quantity,
    PricingUnit: charge.unit,
  };
}

/** An allowance that no row was given, or a share without a quantity: an amount of its own, never spread. */
function asRemainder(charge: Charge, amount: string): Partial<WrittenRow> {
  const isCredit = amount.startsWith("-");
  return {
    ChargeCategory: isCredit ? "Credit" : "Adjustment",
    ChargeFrequency: "Recurring",
    ChargeDescription: `${charge.service}: ${charge.meter}, ${isCredit ? "allowance that is not allocated" : "a share without a quantity"}`,
  };
}
