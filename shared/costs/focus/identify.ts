import type { FocusDataset, FocusVersion } from "./column.ts";

/** Which dataset a file is of, by columns that only one of them has. */
export function identifyDataset(header: readonly string[]): FocusDataset {
  if (header.includes("InvoiceIssueStatus") || header.includes("InvoiceDetailGrain")) return "invoice-detail";
  if (header.includes("BillingPeriodStatus")) return "billing-period";
  return "cost-and-usage";
}

/** The release a file was written for: 1.3 has both names of the provider, 1.2 the old one only, 1.4 the new one only. */
export function identifyVersion(header: readonly string[]): FocusVersion {
  const hasOld = header.includes("ProviderName") || header.includes("PublisherName");
  const hasNew = header.includes("ServiceProviderName") || header.includes("HostProviderName");
  if (!hasOld) return "1.4";
  return hasNew ? "1.3" : "1.2";
}
