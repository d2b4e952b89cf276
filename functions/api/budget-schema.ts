import { z } from "@hono/zod-openapi";
import { BUDGET_BASES } from "#shared/costs/budgets/tables.ts";
import { Threshold } from "#shared/costs/budgets/threshold.ts";
import { Instant } from "#shared/http/schemas.ts";

const Usd = z.string().describe("USD, a decimal string");

export const Budget = z
  .object({
    id: z.uuid(),
    owner: z.string().describe("Who set it and hears of it: a tenant's id, or `platform`"),
    tenantId: z.string().nullable().describe("Whose costs; null: everybody's"),
    function: z.string().nullable().describe("null: every function"),
    name: z.string(),
    monthlyUsd: Usd,
    basis: z.enum(BUDGET_BASES).describe("Effective cost, or list: marginal cost"),
    thresholds: z.array(Threshold),
    createdAt: Instant,
    updatedAt: Instant,
    updatedBy: z.string().nullable(),
  })
  .openapi("Budget");

export const BudgetStatus = z
  .object({
    budget: Budget,
    period: z.string(),
    spent: Usd,
    forecast: z
      .object({ expected: Usd, low: Usd, high: Usd, learntDays: z.int() })
      .nullable()
      .describe("null with fewer than three days to forecast from"),
    spentPercent: z.string(),
    forecastPercent: z.string().nullable(),
    reached: z.array(Threshold).describe("As things stand now"),
    crossings: z
      .array(Threshold.extend({ at: Instant, sentAt: Instant.nullable() }))
      .describe("What was told, and when"),
  })
  .openapi("BudgetStatus");
