import { must, type RowRule, should } from "./row-rule.ts";
import { categoryOfSubcategory } from "./service-categories.ts";

/** How the classes of a row of Cost and Usage go together. */
export const CATEGORY_RULES: readonly RowRule[] = [
  must("ServiceSubcategory", "parent", ["ServiceCategory"], (row) => {
    const parent = categoryOfSubcategory(row.ServiceSubcategory ?? "");
    if (parent === undefined || parent === row.ServiceCategory) return undefined;
    return `${row.ServiceSubcategory} belongs to ${parent}`;
  }),
  must("ChargeFrequency", "purchase", ["ChargeCategory"], (row) =>
    row.ChargeCategory === "Purchase" && row.ChargeFrequency === "Usage-Based"
      ? "a Purchase is One-Time or Recurring"
      : undefined,
  ),
  must("CommitmentDiscountStatus", "of-usage", ["ChargeCategory"], (row) =>
    (row.CommitmentDiscountStatus ?? null) !== null && row.ChargeCategory !== "Usage"
      ? "only Usage is covered by a commitment"
      : undefined,
  ),
  should("ChargeDescription", "said", [], (row) =>
    (row.ChargeDescription ?? null) === null ? "a reader of the invoice finds no description" : undefined,
  ),
];
