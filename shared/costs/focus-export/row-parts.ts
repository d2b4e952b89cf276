import { canonicalJson } from "#shared/kernel/hash.ts";
import { parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import { billingMonth, dayAfter, midnight, monthAfter } from "./billing-months.ts";
import type { Charge, ChargeLine, ChargeWithLines } from "./charge.ts";
import type { WrittenRow } from "./focus-columns.ts";
import { invoiceIdOf } from "./invoice-id.ts";
import { subcategoryOf } from "./service-subcategory.ts";

/** A line with its share of the charge's amount, in the currency of the invoice. */
export interface PricedChargeLine {
  readonly line: ChargeLine;
  readonly amount: string;
}

/** A row of a line without any price: its amount is all that it has. */
export function unpriced(source: ChargeWithLines, { line, amount }: PricedChargeLine): WrittenRow {
  const { charge } = source;
  const isShared = line.isAllocated && line.evidence === "allocated";
  const tags = { function: line.function, tenant: line.tenantId, workflow: line.workflowId };
  const known = Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== null));
  const named = Object.keys(known).length === 0 ? null : canonicalJson(known);
  return {
    ...ofCharge(source, amount),
    AllocatedMethodId: isShared && line.function !== null ? methodOf(charge) : null,
    AllocatedResourceId: isShared ? line.function : null,
    AllocatedResourceName: isShared ? line.function : null,
    AllocatedTags: isShared && line.function !== null ? named : null,
    ChargePeriodEnd: midnight(dayAfter(line.day)),
    ChargePeriodStart: midnight(line.day),
    ResourceId: isShared ? null : line.function,
    ResourceName: isShared ? null : line.function,
    ResourceType: isShared || line.function === null ? null : "Function",
    SubAccountId: line.tenantId,
    SubAccountName: line.tenantId === null ? null : (line.tenantName ?? line.tenantId),
    Tags: named,
    x_EffectiveCostInUsd: line.effectiveCost === null ? null : toDecimalString(parseDecimal(line.effectiveCost)),
    x_Evidence: line.evidence,
    x_FunctionName: line.function,
    x_MarginalCostInUsd: line.listCost === null ? null : toDecimalString(parseDecimal(line.listCost)),
    x_TenantId: line.tenantId,
    x_WorkflowId: line.workflowId,
  };
}

/** How a shared cost is split; docs/costs.md says by what. */
export const methodOf = ({ spread }: Charge): string => `rainwire/${spread.replace("_", "-")}`;

/** What all rows of a charge have in common, over its days. */
export function ofCharge({ charge, serviceCategory }: ChargeWithLines, amount: string): WrittenRow {
  const month = billingMonth(charge);
  return {
    AllocatedMethodId: null,
    AllocatedResourceId: null,
    AllocatedResourceName: null,
    AllocatedTags: null,
    BilledCost: amount,
    BillingAccountId: charge.accountId,
    BillingAccountName: charge.accountName,
    BillingCurrency: charge.currency,
    BillingPeriodEnd: midnight(`${monthAfter(month)}-01`),
    BillingPeriodStart: midnight(`${month}-01`),
    ChargeCategory: "Usage",
    ChargeClass: charge.correctionOf === null ? null : "Correction",
    ChargeDescription: `${charge.service}: ${charge.meter}${charge.correctionReason === null ? "" : `, ${charge.correctionReason}`}`,
    ChargeFrequency: "Usage-Based",
    ChargePeriodEnd: midnight(charge.toDay),
    ChargePeriodStart: midnight(charge.fromDay),
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ContractedCost: amount,
    ContractedUnitPrice: null,
    EffectiveCost: amount,
    HostProviderName: charge.provider,
    InvoiceDetailId: charge.id,
    InvoiceId: invoiceIdOf(charge),
    InvoiceIssuerName: charge.provider,
    ListCost: amount,
    ListUnitPrice: null,
    PricingCategory: null,
    PricingQuantity: null,
    PricingUnit: null,
    ProviderName: charge.provider,
    PublisherName: charge.provider,
    ResourceId: null,
    ResourceName: null,
    ResourceType: null,
    ServiceCategory: serviceCategory,
    ServiceName: charge.service,
    ServiceProviderName: charge.provider,
    ServiceSubcategory: subcategoryOf(charge.card, serviceCategory),
    SkuId: null,
    SkuMeter: null,
    SkuPriceDetails: null,
    SkuPriceId: null,
    SubAccountId: null,
    SubAccountName: null,
    Tags: null,
    x_CardHash: charge.cardHash,
    x_CardId: charge.card,
    x_ChargeId: charge.id,
    x_CorrectionOfId: charge.correctionOf,
    x_CorrectionReason: charge.correctionReason,
    x_EffectiveCostInUsd: null,
    x_Evidence: charge.evidence,
    x_ExchangeDate: charge.exchangeDate === null ? null : midnight(charge.exchangeDate),
    x_ExchangeRate: toDecimalString(parseDecimal(charge.exchangeRate)),
    x_FunctionName: null,
    x_MarginalCostInUsd: null,
    x_PriceDate: charge.priceDate === null ? null : midnight(charge.priceDate),
    x_PriceLevel: charge.priceLevel,
    x_PriceSource: charge.priceSource,
    x_SpreadMethod: charge.spread,
    x_TenantId: null,
    x_WorkflowId: null,
  };
}

/** SKU and SKU price: the same for all accounts and dates. A tier is a price of its own. */
export const skuOf = (charge: Charge, part: string): Partial<WrittenRow> => ({
  SkuId: `${charge.card}/${charge.meter}`,
  SkuMeter: charge.meter,
  SkuPriceDetails: charge.tier === 0 ? null : canonicalJson({ x_Tier: charge.tier }),
  SkuPriceId: `${charge.card}/${charge.meter}/${part}${charge.tier === 0 ? "" : `/tier-${charge.tier}`}`,
});
