import { column, type FocusColumn } from "./column.ts";

const SINCE = { since: "1.4" } as const;
const CHARGE_CATEGORIES = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];

/** Invoice Detail: one row for each line of an invoice, as the issuer states it. */
export const INVOICE_DETAIL_COLUMNS: readonly FocusColumn[] = [
  column("BilledCost", "decimal", "mandatory", "not null", SINCE),
  column("BillingAccountId", "string", "mandatory", "not null", SINCE),
  column("BillingCurrency", "string", "mandatory", "not null", { ...SINCE, isCurrency: true }),
  column("BillingPeriodEnd", "date-time", "mandatory", "not null", SINCE),
  column("BillingPeriodStart", "date-time", "mandatory", "not null", SINCE),
  column("ChargeCategory", "string", "mandatory", "not null", { ...SINCE, allowed: CHARGE_CATEGORIES }),
  column("InvoiceDetailCreated", "date-time", "mandatory", "not null", SINCE),
  column("InvoiceDetailDescription", "string", "mandatory", "null", SINCE),
  column("InvoiceDetailGrain", "json", "mandatory", "null", SINCE),
  column("InvoiceDetailId", "string", "mandatory", "not null", SINCE),
  column("InvoiceDetailLastUpdated", "date-time", "mandatory", "not null", SINCE),
  column("InvoiceId", "string", "mandatory", "not null", SINCE),
  column("InvoiceIssueDate", "date-time", "mandatory", "null", SINCE),
  column("InvoiceIssueStatus", "string", "mandatory", "not null", { ...SINCE, allowed: ["Open", "Issued", "Voided"] }),
  column("InvoiceIssuerName", "string", "mandatory", "not null", SINCE),
  column("PaymentCurrency", "string", "conditional", "not null", { ...SINCE, isCurrency: true }),
  column("PaymentCurrencyBilledCost", "decimal", "conditional", "not null", SINCE),
  column("PaymentCurrencyInvoiceDetailId", "string", "conditional", "not null", SINCE),
  column("PaymentDueDate", "date-time", "mandatory", "null", SINCE),
  column("PaymentTerms", "string", "mandatory", "not null", SINCE),
  column("PurchaseOrderNumber", "string", "conditional", "null", SINCE),
  column("ReferenceInvoiceId", "string", "mandatory", "not null", SINCE),
];

/** Billing Period: which months are final. */
export const BILLING_PERIOD_COLUMNS: readonly FocusColumn[] = [
  column("BillingPeriodCreated", "date-time", "mandatory", "not null", SINCE),
  column("BillingPeriodEnd", "date-time", "mandatory", "not null", SINCE),
  column("BillingPeriodLastUpdated", "date-time", "mandatory", "not null", SINCE),
  column("BillingPeriodStart", "date-time", "mandatory", "not null", SINCE),
  column("BillingPeriodStatus", "string", "mandatory", "not null", { ...SINCE, allowed: ["Open", "Closed"] }),
  column("InvoiceIssuerName", "string", "mandatory", "not null", SINCE),
];
