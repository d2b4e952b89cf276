import { must, type RowRule } from "./row-rule.ts";

/** Properties of InvoiceDetailGrain that FOCUS names; others begin with x_. */
const GRAIN = new Set([
  "ContractId",
  "RegionId",
  "ResourceId",
  "ResourceType",
  "ServiceName",
  "SkuId",
  "SkuMeter",
  "SkuPriceId",
  "SubAccountId",
]);

/** The rows of Invoice Detail. */
export const INVOICE_RULES: readonly RowRule[] = [
  must("InvoiceIssueDate", "issued", ["InvoiceIssueStatus"], (row) =>
    row.InvoiceIssueStatus === "Issued" && (row.InvoiceIssueDate ?? null) === null
      ? "an Issued invoice has a date of issue"
      : undefined,
  ),
  must("InvoiceDetailLastUpdated", "after-created", ["InvoiceDetailCreated"], (row) => {
    const { InvoiceDetailCreated: created, InvoiceDetailLastUpdated: updated } = row;
    return created && updated && updated < created ? "it was updated before it was created" : undefined;
  }),
  must("PaymentCurrencyBilledCost", "same-currency", ["PaymentCurrency", "BillingCurrency", "BilledCost"], (row) => {
    const isSame = row.PaymentCurrency === row.BillingCurrency;
    return isSame && row.PaymentCurrencyBilledCost !== row.BilledCost ? "it is BilledCost in one currency" : undefined;
  }),
  must("InvoiceDetailGrain", "properties", [], (row) => {
    if (!row.InvoiceDetailGrain) return undefined;
    const odd = Object.keys(JSON.parse(row.InvoiceDetailGrain)).find((key) => !GRAIN.has(key) && !key.startsWith("x_"));
    return odd === undefined ? undefined : `"${odd}" is no property that FOCUS names: own ones begin with x_`;
  }),
];
