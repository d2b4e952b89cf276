/** A row of cost_charges as an export reads it; see shared/costs/ledger/tables.ts for what its columns mean. */
export interface Charge {
  readonly id: string;
  readonly period: string;
  readonly fromDay: string;
  readonly toDay: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly provider: string;
  readonly service: string;
  readonly card: string;
  readonly cardHash: string;
  readonly priceDate: string | null;
  readonly meter: string;
  readonly tier: number;
  readonly kind: string;
  readonly unit: string;
  readonly evidence: string;
  readonly priceLevel: string;
  readonly priceSource: string;
  readonly spread: string;
  readonly used: string | null;
  readonly included: string | null;
  readonly billable: string | null;
  readonly unitPrice: string | null;
  readonly currency: string;
  readonly amount: string | null;
  readonly exchangeRate: string;
  readonly exchangeDate: string | null;
  readonly problem: string | null;
  readonly correctionOf: string | null;
  readonly correctionReason: string | null;
  readonly createdAt: Date;
}

/** A row of cost_lines: what of a charge falls to one function, tenant and workflow on one day. */
export interface ChargeLine {
  readonly chargeId: string;
  readonly position: number;
  readonly day: string;
  readonly function: string | null;
  readonly tenantId: string | null;
  readonly tenantName: string | null;
  readonly workflowId: string | null;
  readonly evidence: string;
  readonly isAllocated: boolean;
  readonly quantity: string | null;
  readonly listCost: string | null;
  readonly effectiveCost: string | null;
}

export interface ChargeWithLines {
  readonly charge: Charge;
  readonly lines: readonly ChargeLine[];
  /** How much of `used` the meter bills in whole steps; undefined when as it is. */
  readonly roundUpTo: string | undefined;
  readonly serviceCategory: string;
}

/** Fees of a month, whatever is used: a purchase that usage recognises. */
export const isFee = ({ kind }: Pick<Charge, "kind">): boolean => kind === "flat" || kind === "plan";
