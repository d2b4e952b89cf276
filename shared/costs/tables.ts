import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

export * from "./budgets/tables.ts";
export * from "./invoice-tables.ts";
export * from "./ledger/tables.ts";

/**
 * Usage records, packed: one row holds up to four thousand in `records`. A record's id sorts by time and lies between
 * `first_id` and `last_id`, so one can be found again. Partitioned by day on the time inside its id (migrations).
 */
export const usagePacks = pgTable(
  "usage_packs",
  {
    id: uuid("id").primaryKey(),
    processId: integer("process_id").notNull(),
    firstSequence: bigint("first_sequence", { mode: "number" }).notNull(), // of the process; packs leave no gap
    recordCount: integer("record_count").notNull(),
    firstId: uuid("first_id").notNull(),
    lastId: uuid("last_id").notNull(),
    records: jsonb("records").notNull(), // UsageRecord[] as rows, those that are alike as one, see shared/costs/usage-pack.ts
    packedAt: instant("packed_at").notNull().default(sql`now()`),
    host: text("host"), // node, workers, raindrop; null in packs older than the column: see host_processes
    rolledUpAt: instant("rolled_up_at"), // set in the statement that adds the records to usage_cells
  },
  (t) => [
    index("usage_packs_range_index").on(t.firstId, t.lastId),
    index("usage_packs_waiting_index").on(t.id).where(sql`rolled_up_at is null`),
  ],
);

/** A host process while it lives, and how much it said it served: what is compared with the packs. */
export const hostProcesses = pgTable("host_processes", {
  id: integer("id").primaryKey(), // also its advisory-lock key: the lock goes when the process does
  host: text("host").notNull(), // "node"
  startedAt: instant("started_at").notNull().default(sql`now()`),
  seenAt: instant("seen_at").notNull().default(sql`now()`),
  stoppedAt: instant("stopped_at"), // null after a crash
  servedCount: bigint("served_count", { mode: "number" }).notNull().default(0), // invocations ended
  recordedCount: bigint("recorded_count", { mode: "number" }).notNull().default(0), // records that were rolled up
  gapReported: bigint("gap_reported", { mode: "number" }).notNull().default(0), // missing records already told of
});
