import type { ReconciliationStatus } from "#shared/costs/reconcile/statement.ts";

/** How a line of an invoice stands, in words. */
export const STATUS_WORDS: Readonly<Record<ReconciliationStatus, string>> = {
  matched: "matched",
  "within-rounding": "within rounding",
  "under-metered": "invoiced more than metered",
  "over-metered": "metered more than invoiced",
  "price-differs": "same quantity, other price",
  "not-metered": "on the invoice only",
  "no-invoice": "not on an invoice yet",
};
