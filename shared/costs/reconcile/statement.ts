/**
 * How a line of an invoice stands to what Rainwire metered. `under-metered`: the invoice has more; `price-differs`: the
 * same quantity at another cost; `not-metered`: nothing of ours stands beside it; `no-invoice`: nothing of theirs.
 */
export const RECONCILIATION_STATUSES = [
  "matched",
  "within-rounding",
  "under-metered",
  "over-metered",
  "price-differs",
  "not-metered",
  "no-invoice",
] as const;
export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

/** A rule on which the provider contradicts itself, and the option under which our figures are the invoice's. */
export interface SettledSwitch {
  readonly switch: string;
  readonly option: string;
  /** The account is priced by that option already. */
  readonly isCurrent: boolean;
  /** In words, for the reader of the statement. */
  readonly hint: string;
}

/** One line of the statement. Amounts are decimal strings in `currency`; null: not told, or not measured. */
export interface StatementLine {
  readonly accountId: string | null;
  readonly accountName: string | null;
  readonly provider: string;
  /** null: the row of the invoice is called like none of our meters. */
  readonly card: string | null;
  /** null beside a card: the issuer's sum over all meters of the card. */
  readonly meter: string | null;
  readonly description: string;
  readonly unit: string | null;
  readonly currency: string;
  /** Numbers of the invoices that it is on. */
  readonly invoices: readonly string[];
  readonly invoicedQuantity: string | null;
  readonly meteredQuantity: string | null;
  readonly invoicedCost: string | null;
  /** allocated + unattributed. */
  readonly meteredCost: string | null;
  /** Of the metered cost: what functions, tenants and runs were given. */
  readonly allocatedCost: string | null;
  /** Of the metered cost: what nobody was given. */
  readonly unattributedCost: string | null;
  /** invoicedCost - meteredCost. Never spread over the rows of the ledger. */
  readonly difference: string | null;
  readonly status: ReconciliationStatus;
  readonly settles: readonly SettledSwitch[];
}

export interface StatementTotal {
  readonly accountId: string | null;
  readonly currency: string;
  readonly invoicedCost: string;
  readonly meteredCost: string;
  readonly allocatedCost: string;
  readonly unattributedCost: string;
  readonly difference: string;
}

/** A month beside the invoices that were imported for it. */
export interface Reconciliation {
  readonly period: string;
  readonly lines: readonly StatementLine[];
  /** By account and currency. */
  readonly totals: readonly StatementTotal[];
  readonly byStatus: Readonly<Record<ReconciliationStatus, number>>;
}
