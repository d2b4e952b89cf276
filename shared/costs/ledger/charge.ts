import type { Decimal } from "#shared/kernel/money.ts";
import type { MeterRule, Terms } from "../meter-rules.ts";
import type { EvidenceClass } from "./evidence.ts";
import type { Spread } from "./spread.ts";

/** From what a charge's rows are made, and by what weight. */
export type ChargeBase =
  | { kind: "counted"; rule: MeterRule } // by what usage records say of the meter
  | { kind: "key"; key: Terms } // a fee, or a quantity read elsewhere: by what is counted instead
  | { kind: "tokens"; provider: string; model: string; column: "input_tokens" | "output_tokens" }
  | { kind: "none" }; // not measured, or nobody's

/** A line of the invoice as the price book makes it, before its rows. Quantities are exact; null: not measured. */
export interface Charge {
  id: string;
  period: string;
  fromDay: string;
  toDay: string;
  accountId: string;
  hosts: readonly string[];
  spread: Spread;
  provider: string;
  service: string;
  card: string;
  cardHash: string;
  priceDate: string | null;
  meter: string;
  tier: number;
  kind: string;
  unit: string;
  evidence: EvidenceClass;
  /** A reading: rows are allocated, whatever counts them. */
  isRead: boolean;
  priceLevel: string;
  priceSource: string;
  used: Decimal | null;
  included: Decimal | null;
  billable: Decimal | null;
  unitPrice: Decimal | null;
  currency: string;
  amountExact: Decimal | null;
  amount: string | null;
  exchangeRate: Decimal;
  exchangeDate: string | null;
  /** 1e-15 USD. */
  billedFemto: bigint | null;
  listFemto: bigint | null;
  /** What of the used quantity, in the order in which it came, is billed: for `first_come`. null: to the end. */
  billedFrom: Decimal;
  billedTo: Decimal | null;
  unmeasured: number;
  problem: string | null;
  base: ChargeBase;
}
