import { sql } from "drizzle-orm";
import { date, index, integer, jsonb, numeric, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";
import { IMPORT_KINDS } from "./import/import-kind.ts";

/** A file that a provider gave us, read once: the same bytes for the same account are not read again. */
export const costImports = pgTable(
  "cost_imports",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind", { enum: IMPORT_KINDS }).notNull(),
    contentHash: text("content_hash").notNull(), // SHA-256 (hex) of the file's bytes
    accountId: text("account_id"), // cost_accounts; null: each row names its own
    fileName: text("file_name"),
    rowCount: integer("row_count").notNull(),
    rejectedCount: integer("rejected_count").notNull(), // rows without a readable amount, quantity or period
    report: jsonb("report").notNull(), // ImportReport: what was overlooked, refused and found
    importedAt: instant("imported_at").notNull().default(sql`now()`),
    importedBy: text("imported_by"),
  },
  (t) => [unique("cost_imports_content").on(t.contentHash, t.kind, t.accountId).nullsNotDistinct()],
);

/** An invoice of an issuer, or what a provider says was used in a month, as one import tells it. */
export const invoices = pgTable(
  "invoices",
  {
    id: uuid("id").primaryKey(),
    importId: uuid("import_id")
      .notNull()
      .references(() => costImports.id, { onDelete: "cascade" }),
    accountId: text("account_id"), // null: of none of ours, as far as we could tell
    issuer: text("issuer").notNull(),
    number: text("number"), // the issuer's; null: no invoice yet
    period: text("period").notNull(), // 2026-10
    currency: text("currency"), // null: quantities without prices
    billedCost: numeric("billed_cost"), // sum of its lines; null: quantities without prices
  },
  (t) => [index("invoices_period_index").on(t.period, t.accountId)],
);

/** A row of an import. Numbers as they were read, beside the text that they were written as. */
export const invoiceLines = pgTable(
  "invoice_lines",
  {
    invoiceId: uuid("invoice_id")
      .notNull()
      .references(() => invoices.id, { onDelete: "cascade" }),
    position: integer("position").notNull(), // row of the file, and the reading within it
    period: text("period").notNull(),
    accountId: text("account_id"),
    fromDay: date("from_day").notNull(),
    toDay: date("to_day").notNull(), // exclusive
    card: text("card"), // null: we know no meter for it
    meter: text("meter"),
    description: text("description").notNull(),
    category: text("category").notNull(), // FOCUS ChargeCategory
    chargeClass: text("charge_class"), // FOCUS ChargeClass: null or Correction
    currency: text("currency"),
    quantity: numeric("quantity"), // in the meter's unit where there is a meter; null: not told
    quantityText: text("quantity_text"), // as written
    unit: text("unit"), // as written
    billedCost: numeric("billed_cost"), // null: not told
    billedCostText: text("billed_cost_text"),
    source: jsonb("source").notNull(), // the row's cells, as text
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.position] }),
    index("invoice_lines_period_index").on(t.period, t.accountId, t.card, t.meter),
  ],
);
