import { z } from "zod";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { CostScope } from "../read-costs.ts";
import { BUDGET_BASES } from "./tables.ts";
import { DEFAULT_THRESHOLDS, Threshold } from "./threshold.ts";

/** The owner of what is the platform's own. */
export const PLATFORM = "platform";

/** What a caller sets. The same tenant and function again change the budget that there is. */
export const BudgetInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** Whose costs; null or absent: everybody's. A tenant's caller always means the own tenant. */
  tenantId: z.string().min(1).nullable().default(null),
  /** null or absent: every function. */
  function: z.string().min(1).max(100).nullable().default(null),
  monthlyUsd: z
    .string()
    .regex(
      /^(?=.*[1-9])(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/,
      "must be an amount above 0 as a decimal string, such as 250.00",
    ),
  basis: z.enum(BUDGET_BASES).default("effective"),
  thresholds: z
    .array(Threshold)
    .min(1)
    .max(20)
    .refine((all) => new Set(all.map(({ percent, of }) => `${of}/${percent}`)).size === all.length, "names one twice")
    .default([...DEFAULT_THRESHOLDS]),
});
export type BudgetInput = z.input<typeof BudgetInput>;

export interface Budget {
  id: string;
  /** Who set it and hears of it: a tenant's id, or `platform`. */
  owner: string;
  tenantId: string | null;
  function: string | null;
  name: string;
  /** A decimal string. */
  monthlyUsd: string;
  basis: (typeof BUDGET_BASES)[number];
  thresholds: Threshold[];
  createdAt: Date;
  updatedAt: Date;
  updatedBy: string | null;
}

export const SELECT_BUDGET = sql`select id, owner, tenant_id, function, name, monthly_usd::text as monthly_usd, basis, thresholds,
  created_at, updated_at, updated_by from cost_budgets`;

/** Which budgets a caller may see: a tenant the own ones, finance all. */
export const visibleTo = (scope: CostScope): Statement =>
  scope.kind === "platform" ? sql`true` : sql`owner = ${scope.tenantId}`;
