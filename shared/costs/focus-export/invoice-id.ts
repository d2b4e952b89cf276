import { billingMonth } from "./billing-months.ts";
import type { Charge } from "./charge.ts";

/** The statement that a charge belongs to: one an account and a month of billing. */
export const invoiceIdOf = (charge: Pick<Charge, "accountId" | "period" | "correctionOf" | "createdAt">): string =>
  `${charge.accountId}-${billingMonth(charge)}`;
