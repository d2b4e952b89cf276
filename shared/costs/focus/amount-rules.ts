import { type Decimal, parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import type { FocusRow } from "./finding.ts";
import { must, type RowRule } from "./row-rule.ts";

const decimalOf = (row: FocusRow, column: string): Decimal | undefined => {
  const text = row[column];
  return text === null || text === undefined ? undefined : parseDecimal(text);
};

/** Cost = unit price × PricingQuantity, to the last digit, where both factors have a value. */
const product = (cost: string, unitPrice: string): RowRule =>
  must(cost, "product", [unitPrice, "PricingQuantity"], (row) => {
    const price = decimalOf(row, unitPrice);
    const quantity = decimalOf(row, "PricingQuantity");
    const stated = decimalOf(row, cost);
    if (price === undefined || quantity === undefined || stated === undefined) return undefined;
    const exact = price.times(quantity);
    return stated.eq(exact) ? undefined : `${unitPrice} × PricingQuantity is ${toDecimalString(exact)}`;
  });

const equalTo = (column: string, other: string, name: string, when: string, isMeant: (row: FocusRow) => boolean) =>
  must(column, name, [other, "ChargeCategory"], (row) => {
    const [a, b] = [decimalOf(row, column), decimalOf(row, other)];
    if (!isMeant(row) || a === undefined || b === undefined || a.eq(b)) return undefined;
    return `${column} must equal ${other} (${toDecimalString(b)}) ${when}`;
  });

const isCredit = (row: FocusRow): boolean => row.ChargeCategory === "Credit";

/** What amounts have to do with each other in one row of Cost and Usage. */
export const AMOUNT_RULES: readonly RowRule[] = [
  product("ListCost", "ListUnitPrice"),
  product("ContractedCost", "ContractedUnitPrice"),
  equalTo("ContractedCost", "BilledCost", "credit", "of a Credit", isCredit),
  equalTo("ListCost", "BilledCost", "credit", "of a Credit without a unit price", (row) => {
    return isCredit(row) && (row.ListUnitPrice ?? null) === null;
  }),
  must("EffectiveCost", "purchase", ["BilledCost", "ChargeCategory"], (row) => {
    if (row.ChargeCategory !== "Purchase") return undefined;
    const [effective, billed] = [decimalOf(row, "EffectiveCost"), decimalOf(row, "BilledCost")];
    if (effective === undefined || billed === undefined) return undefined;
    if (effective.eq(parseDecimal("0")) || effective.eq(billed)) return undefined;
    return "of a Purchase it is 0 when Usage rows recognise it, and BilledCost when nothing does";
  }),
];
