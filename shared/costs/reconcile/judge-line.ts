import { type Decimal, parseDecimal, ZERO } from "#shared/kernel/money.ts";
import type { ReconciliationStatus } from "./statement.ts";

/** Both sides of a line; undefined: that side has no such line. */
export interface Sides {
  readonly invoiced:
    | { readonly quantity: Decimal | null; readonly cost: Decimal | null; readonly rows: number }
    | undefined;
  readonly metered: { readonly quantity: Decimal | null; readonly cost: Decimal | null } | undefined;
}

/** Of the larger of two quantities: below it they are the same, cut off at different places. */
const SAME_QUANTITY = parseDecimal("0.000000001");

/** A cent, or half a cent times the root of the rows that were each rounded (FOCUS, Rounding Variance Tolerance). */
export const roundingOf = (rows: number): Decimal => parseDecimal(Math.max(0.01, Math.sqrt(rows) * 0.005).toFixed(6));

/** How a line stands. Cost decides where both sides have the same quantity, or one of them tells none. */
export function judgeLine({ invoiced, metered }: Sides): ReconciliationStatus {
  if (!invoiced) return "no-invoice";
  if (!metered || (metered.cost === null && metered.quantity === null)) return "not-metered";
  const costDifference =
    invoiced.cost === null || metered.cost === null ? undefined : invoiced.cost.minus(metered.cost);
  const quantityDifference = differenceOf(invoiced.quantity, metered.quantity);
  if (quantityDifference !== undefined && !quantityDifference.eq(ZERO)) {
    return quantityDifference.gt(ZERO) ? "under-metered" : "over-metered";
  }
  if (costDifference === undefined || costDifference.eq(ZERO)) return "matched";
  if (costDifference.abs().lte(roundingOf(invoiced.rows))) return "within-rounding";
  if (quantityDifference !== undefined) return "price-differs";
  return costDifference.gt(ZERO) ? "under-metered" : "over-metered";
}

/** Zero when both are the same but for the places they are written to; undefined when one is not told. */
function differenceOf(invoiced: Decimal | null, metered: Decimal | null): Decimal | undefined {
  if (invoiced === null || metered === null) return undefined;
  const difference = invoiced.minus(metered);
  const larger = invoiced.abs().gt(metered.abs()) ? invoiced.abs() : metered.abs();
  return difference.abs().lte(larger.times(SAME_QUANTITY)) ? ZERO : difference;
}
