import { canonicalJson } from "#shared/kernel/hash.ts";
import { parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import { billingMonth, midnight, monthAfter } from "./billing-months.ts";
import { type Charge, isFee } from "./charge.ts";
import { invoiceIdOf } from "./invoice-id.ts";

export const INVOICE_COLUMNS = [
  "BilledCost",
  "BillingAccountId",
  "BillingCurrency",
  "BillingPeriodEnd",
  "BillingPeriodStart",
  "ChargeCategory",
  "InvoiceDetailCreated",
  "InvoiceDetailDescription",
  "InvoiceDetailGrain",
  "InvoiceDetailId",
  "InvoiceDetailLastUpdated",
  "InvoiceId",
  "InvoiceIssueDate",
  "InvoiceIssueStatus",
  "InvoiceIssuerName",
  "PaymentDueDate",
  "PaymentTerms",
  "ReferenceInvoiceId",
  "x_CardHash",
  "x_PricingQuantity",
  "x_PricingUnit",
] as const;

export type InvoiceRow = Readonly<Record<(typeof INVOICE_COLUMNS)[number], string | null>>;

/**
 * A charge as the line of the invoice that we expect. Rainwire issues no invoices, so its status is Open: it becomes an
 * obligation by the issuer's document, with which it is reconciled.
 */
export function invoiceRow(charge: Charge): InvoiceRow {
  const month = billingMonth(charge);
  const invoice = invoiceIdOf(charge);
  const created = `${charge.createdAt.toISOString().slice(0, 19)}Z`;
  return {
    BilledCost: toDecimalString(parseDecimal(charge.amount ?? "0")),
    BillingAccountId: charge.accountId,
    BillingCurrency: charge.currency,
    BillingPeriodEnd: midnight(`${monthAfter(month)}-01`),
    BillingPeriodStart: midnight(`${month}-01`),
    ChargeCategory: isFee(charge) ? "Purchase" : "Usage",
    InvoiceDetailCreated: created,
    InvoiceDetailDescription: `${charge.service}: ${charge.meter}`,
    InvoiceDetailGrain: canonicalJson({
      ServiceName: charge.service,
      SkuId: `${charge.card}/${charge.meter}`,
      SkuMeter: charge.meter,
      x_FromDay: charge.fromDay,
      x_Tier: charge.tier,
      x_ToDay: charge.toDay,
    }),
    InvoiceDetailId: charge.id,
    InvoiceDetailLastUpdated: created,
    InvoiceId: invoice,
    InvoiceIssueDate: null,
    InvoiceIssueStatus: "Open",
    InvoiceIssuerName: charge.provider,
    PaymentDueDate: null,
    PaymentTerms: "As agreed with the issuer",
    ReferenceInvoiceId: charge.correctionOf === null ? invoice : `${charge.accountId}-${charge.period}`,
    x_CardHash: charge.cardHash,
    x_PricingQuantity: charge.billable === null ? null : toDecimalString(parseDecimal(charge.billable)),
    x_PricingUnit: charge.billable === null ? null : charge.unit,
  };
}
