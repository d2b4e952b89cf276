/** A line of an invoice, or a reading of a provider's meter, as an import keeps it. */
export interface ImportLine {
  /** The issuer, and its number of the invoice; null: no invoice yet. */
  readonly issuer: string;
  readonly number: string | null;
  /** The provider's own id of the account. */
  readonly billingAccountId: string | null;
  readonly period: string;
  readonly fromDay: string;
  /** Exclusive. */
  readonly toDay: string;
  readonly card: string | null;
  readonly meter: string | null;
  readonly description: string;
  readonly category: string;
  readonly chargeClass: string | null;
  readonly currency: string | null;
  /** In the meter's unit where there is one. */
  readonly quantity: string | null;
  /** As written in the file. */
  readonly quantityText: string | null;
  readonly unit: string | null;
  readonly billedCost: string | null;
  readonly billedCostText: string | null;
  readonly source: Readonly<Record<string, string | null>>;
}

/** A row that could not be taken over, and why. */
export interface RejectedRow {
  readonly row: number;
  readonly reason: string;
}
