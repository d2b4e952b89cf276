import type { FocusRow } from "./finding.ts";
import { must, type RowRule } from "./row-rule.ts";

const isNull = (row: FocusRow, column: string): boolean => (row[column] ?? null) === null;

const PRICED = [
  "SkuPriceId",
  "PricingQuantity",
  "PricingUnit",
  "ListUnitPrice",
  "ContractedUnitPrice",
  "PricingCategory",
];

const isPriced = (row: FocusRow): boolean =>
  (row.ChargeCategory === "Usage" || row.ChargeCategory === "Purchase") && isNull(row, "ChargeClass");

/** A usage or a purchase names its price, and what of it was bought; a tax has none of this. */
const pricing = (column: string): RowRule[] => [
  must(column, "priced", ["ChargeCategory", "ChargeClass"], (row) =>
    isPriced(row) && isNull(row, column) ? `${column} must have a value in a row of ${row.ChargeCategory}` : undefined,
  ),
  must(column, "not-of-tax", ["ChargeCategory"], (row) =>
    row.ChargeCategory === "Tax" && !isNull(row, column) ? `${column} must be null in a row of Tax` : undefined,
  ),
];

const withoutPrice = (column: string): RowRule =>
  must(column, "without-price", ["SkuPriceId"], (row) =>
    isNull(row, "SkuPriceId") && !isNull(row, column) ? `${column} must be null when SkuPriceId is` : undefined,
  );

const together = (column: string, other: string): RowRule =>
  must(column, "with-quantity", [other], (row) =>
    isNull(row, column) === isNull(row, other) ? undefined : `${column} and ${other} have a value both, or neither`,
  );

/** Which columns of Cost and Usage must, or must not, have a value beside which others. */
export const NULL_RULES: readonly RowRule[] = [
  ...PRICED.flatMap(pricing),
  ...[...PRICED.slice(1), "ConsumedQuantity"].map(withoutPrice),
  together("PricingUnit", "PricingQuantity"),
  together("ConsumedUnit", "ConsumedQuantity"),
  must("ConsumedQuantity", "of-usage", ["ChargeCategory", "ChargeClass"], (row) => {
    const isUsage = row.ChargeCategory === "Usage" && row.CommitmentDiscountStatus !== "Unused";
    if (!isUsage) return isNull(row, "ConsumedQuantity") ? undefined : "ConsumedQuantity must be null: nothing is used";
    if (!isNull(row, "ChargeClass") || !isNull(row, "ConsumedQuantity")) return undefined;
    return "ConsumedQuantity must have a value in a row of Usage";
  }),
  must("SkuId", "of-price", ["SkuPriceId"], (row) =>
    isNull(row, "SkuId") && !isNull(row, "SkuPriceId") ? "SkuId must have a value when SkuPriceId has one" : undefined,
  ),
  must("AllocatedResourceId", "with-method", ["AllocatedMethodId"], (row) =>
    isNull(row, "AllocatedResourceId") === isNull(row, "AllocatedMethodId")
      ? undefined
      : "AllocatedResourceId and AllocatedMethodId have a value both, or neither",
  ),
  must("InvoiceId", "of-detail", ["InvoiceDetailId"], (row) =>
    isNull(row, "InvoiceId") && !isNull(row, "InvoiceDetailId")
      ? "InvoiceId must have a value when InvoiceDetailId has one"
      : undefined,
  ),
];
