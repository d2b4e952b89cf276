import { sql } from "drizzle-orm";
import { integer, jsonb, numeric, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/** Of invoices, or at list price. */
export const BUDGET_BASES = ["effective", "list"] as const;

/** An amount a month for a tenant, a function, both, or all. */
export const costBudgets = pgTable(
  "cost_budgets",
  {
    id: uuid("id").primaryKey(),
    owner: text("owner").notNull(), // who set it and hears of it: a tenant's id, or "platform"
    tenantId: text("tenant_id"), // whose costs; null: everybody's
    function: text("function"), // null: every function
    name: text("name").notNull(),
    monthlyUsd: numeric("monthly_usd").notNull(),
    basis: text("basis", { enum: BUDGET_BASES }).notNull(),
    thresholds: jsonb("thresholds").notNull(), // Threshold[], see threshold.ts
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
    updatedBy: text("updated_by"), // user:…, key:…
  },
  (t) => [unique("cost_budgets_unique").on(t.owner, t.tenantId, t.function).nullsNotDistinct()],
);

export const NOTICE_KINDS = ["report", "budget"] as const;

/** What finance was told of, once: its row is written in the batch of its event, and its key can be written once. */
export const costNotices = pgTable("cost_notices", {
  id: uuid("id").primaryKey(),
  key: text("key").notNull().unique("cost_notices_key_unique"), // report/<audience>/2026-10/final, budget/<id>/2026-10/actual/80
  kind: text("kind", { enum: NOTICE_KINDS }).notNull(),
  tenantId: text("tenant_id").notNull(), // of the event; "platform" for the platform's own
  period: text("period").notNull(), // 2026-10
  budgetId: uuid("budget_id"), // kept when the budget is deleted
  thresholdPercent: integer("threshold_percent"), // of a budget
  thresholdOf: text("threshold_of"), // actual, forecast
  createdAt: instant("created_at").notNull().default(sql`now()`),
  sentAt: instant("sent_at"), // null until a workflow says so
  sentBy: text("sent_by"), // mail, chat
});
