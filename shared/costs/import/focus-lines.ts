import type { ImportLine } from "./import-line.ts";
import type { MendedRow } from "./mend-row.ts";
import { meterNamed } from "./meter-names.ts";

/** Columns without which a row says nothing that could be reconciled. */
const NEEDED = ["BilledCost", "ChargePeriodStart", "ChargePeriodEnd"] as const;

/** The day after the last one that a charge period touches. */
const dayAfterLast = (end: string): string => {
  const day = end.slice(0, 10);
  if (end.endsWith("T00:00:00Z")) return day;
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
};

/**
 * A mended row of FOCUS as a line; or why it cannot be one.
 * @param source the row as it is in the file
 */
export function focusLine(
  { cells, written, faults }: MendedRow,
  source: Readonly<Record<string, string | null>>,
): ImportLine | { reason: string } {
  const read = ["", ...NEEDED, "BillingPeriodStart"];
  const fault = read.map((column) => faults.get(column)).find((reason) => reason !== undefined);
  if (fault !== undefined) return { reason: fault };
  const { BilledCost: billed, BillingPeriodStart: billing, ChargePeriodStart: from, ChargePeriodEnd: to } = cells;
  if (!billed || !from || !to) {
    return { reason: `${NEEDED.find((column) => !cells[column])} has no value` };
  }
  const provider = cells.ServiceProviderName ?? cells.ProviderName ?? cells.InvoiceIssuerName ?? "unknown";
  const quantity = faults.has("ConsumedQuantity") ? null : (cells.ConsumedQuantity ?? cells.PricingQuantity ?? null);
  const named = meterNamed({
    skuId: cells.SkuId ?? null,
    provider,
    service: cells.ServiceName ?? "",
    description: cells.ChargeDescription ?? "",
    meter: cells.SkuMeter ?? cells.x_BillableMetricName ?? "",
    unit: cells.ConsumedUnit ?? cells.PricingUnit ?? "",
  });
  const isUsed = cells.ConsumedQuantity !== null && cells.ConsumedQuantity !== undefined;
  return {
    issuer: cells.InvoiceIssuerName ?? provider,
    number: cells.InvoiceId ?? null,
    billingAccountId: cells.BillingAccountId ?? null,
    // Before there is an invoice, a billing cycle that does not begin with the month is told by its days.
    period: ((cells.InvoiceId ? billing : null) ?? from).slice(0, 7),
    fromDay: from.slice(0, 10),
    toDay: dayAfterLast(to),
    card: named?.card ?? null,
    meter: named?.meter ?? null,
    description: cells.ChargeDescription ?? cells.ServiceName ?? "",
    category: cells.ChargeCategory ?? "Usage",
    chargeClass: cells.ChargeClass ?? null,
    currency: cells.BillingCurrency ?? null,
    quantity,
    quantityText: written[isUsed ? "ConsumedQuantity" : "PricingQuantity"] ?? null,
    unit: (isUsed ? cells.ConsumedUnit : cells.PricingUnit) ?? null,
    billedCost: billed,
    billedCostText: written.BilledCost ?? null,
    source,
  };
}
