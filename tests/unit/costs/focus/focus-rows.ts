import { collectFindings } from "#shared/costs/focus/check-report.ts";
import type { FocusDataset, FocusVersion } from "#shared/costs/focus/column.ts";
import type { FocusRow } from "#shared/costs/focus/finding.ts";
import { createFocusChecker } from "#shared/costs/focus/focus-checker.ts";

/** A right row of Cost and Usage 1.4: two million requests above the allowance. */
export const USAGE: FocusRow = {
  BilledCost: "0.6",
  BillingAccountId: "cloudflare-main",
  BillingAccountName: "Cloudflare",
  BillingCurrency: "USD",
  BillingPeriodEnd: "2026-11-01T00:00:00Z",
  BillingPeriodStart: "2026-10-01T00:00:00Z",
  ChargeCategory: "Usage",
  ChargeClass: null,
  ChargeDescription: "Requests beyond the allowance",
  ChargeFrequency: "Usage-Based",
  ChargePeriodEnd: "2026-10-16T00:00:00Z",
  ChargePeriodStart: "2026-10-15T00:00:00Z",
  ConsumedQuantity: "2000000",
  ConsumedUnit: "Requests",
  ContractedCost: "0.6",
  ContractedUnitPrice: "0.0000003",
  EffectiveCost: "0.6",
  HostProviderName: "Cloudflare",
  InvoiceIssuerName: "Cloudflare",
  ListCost: "0.6",
  ListUnitPrice: "0.0000003",
  PricingCategory: "Standard",
  PricingQuantity: "2000000",
  PricingUnit: "Requests",
  ServiceCategory: "Compute",
  ServiceName: "Workers",
  ServiceProviderName: "Cloudflare",
  ServiceSubcategory: "Serverless Compute",
  SkuId: "workers/requests",
  SkuPriceId: "workers/requests/overage",
  Tags: '{"team":"a"}',
};

const UNPRICED: FocusRow = {
  ConsumedQuantity: null,
  ConsumedUnit: null,
  ContractedUnitPrice: null,
  ListUnitPrice: null,
  PricingCategory: null,
  PricingQuantity: null,
  PricingUnit: null,
  SkuId: null,
  SkuPriceId: null,
};

export const TAX: FocusRow = { ...USAGE, ...UNPRICED, ChargeCategory: "Tax", ChargeFrequency: "Recurring" };

/** A plan that the usage of the month is covered by. */
export const PURCHASE: FocusRow = {
  ...USAGE,
  BilledCost: "5",
  ChargeCategory: "Purchase",
  ChargeFrequency: "Recurring",
  ChargePeriodEnd: "2026-11-01T00:00:00Z",
  ChargePeriodStart: "2026-10-01T00:00:00Z",
  ConsumedQuantity: null,
  ConsumedUnit: null,
  ContractedCost: "5",
  ContractedUnitPrice: "5",
  EffectiveCost: "0",
  ListCost: "5",
  ListUnitPrice: "5",
  PricingQuantity: "1",
  PricingUnit: "Months",
  SkuId: "workers/subscription",
  SkuPriceId: "workers/subscription/fee",
};

export const CREDIT: FocusRow = {
  ...TAX,
  BilledCost: "-1",
  ChargeCategory: "Credit",
  ContractedCost: "-1",
  EffectiveCost: "-1",
  ListCost: "-1",
};

export const CORRECTION: FocusRow = {
  ...USAGE,
  ...UNPRICED,
  ChargeClass: "Correction",
  BillingPeriodStart: "2026-11-01T00:00:00Z",
  BillingPeriodEnd: "2026-12-01T00:00:00Z",
};

/** A right row of Invoice Detail. */
export const INVOICE_LINE: FocusRow = {
  BilledCost: "0.60",
  BillingAccountId: "cloudflare-main",
  BillingCurrency: "USD",
  BillingPeriodEnd: "2026-11-01T00:00:00Z",
  BillingPeriodStart: "2026-10-01T00:00:00Z",
  ChargeCategory: "Usage",
  InvoiceDetailCreated: "2026-11-02T00:00:00Z",
  InvoiceDetailDescription: "Requests",
  InvoiceDetailGrain: '{"SkuId":"workers/requests","x_Card":"workers"}',
  InvoiceDetailId: "1",
  InvoiceDetailLastUpdated: "2026-11-02T00:00:00Z",
  InvoiceId: "IN-1",
  InvoiceIssueDate: "2026-11-02T00:00:00Z",
  InvoiceIssueStatus: "Issued",
  InvoiceIssuerName: "Cloudflare",
  PaymentDueDate: null,
  PaymentTerms: "Due on receipt",
  ReferenceInvoiceId: "IN-1",
};

interface Checking {
  version?: FocusVersion;
  dataset?: FocusDataset;
  header?: readonly string[];
}

/** What the rules say of rows, as `row rule`, warnings with a `?`. */
export function findingsOf(
  rows: readonly FocusRow[],
  { version = "1.4", dataset = "cost-and-usage", header }: Checking = {},
) {
  const findings = collectFindings();
  const checker = createFocusChecker({ dataset, version, onFinding: findings.add });
  checker.header(header ?? Object.keys(rows[0] ?? {}));
  for (const row of rows) checker.row(row);
  checker.end();
  return findings
    .report(dataset, version, rows.length)
    .findings.map(({ row, rule, severity }) => `${row ?? "-"} ${rule}${severity === "warning" ? "?" : ""}`);
}
