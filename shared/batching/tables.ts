import { sql } from "drizzle-orm";
import { bigint, boolean, doublePrecision, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/** What became of loads, by hour: each process adds what it counted every ten seconds. */
export const loadCounts = pgTable(
  "load_counts",
  {
    hour: instant("hour").notNull(),
    kind: text("kind").notNull(),
    route: text("route").notNull(), // an operationId
    loads: bigint("loads", { mode: "number" }).notNull(),
    equal: bigint("equal", { mode: "number" }).notNull(), // answered by a waiting load of the same key
    statements: bigint("statements", { mode: "number" }).notNull(), // counted where the first of each group came from
    waits: bigint("waits", { mode: "number" }).array().notNull(), // loads that waited under 0.5 ms, 1 ms, … (load-counts.ts)
  },
  (t) => [primaryKey({ name: "load_counts_pk", columns: [t.hour, t.kind, t.route] })],
);

/** One row, or none while everything is as it comes. */
export const batchingSettings = pgTable("batching_settings", {
  isOnly: boolean("is_only").primaryKey().default(true),
  budgetMs: doublePrecision("budget_ms"), // null: as it comes
  mostKeys: integer("most_keys"),
  reason: text("reason"),
  setBy: text("set_by"),
  setAt: instant("set_at"),
  toldHour: instant("told_hour").notNull().default(sql`'-infinity'`), // the last hour that a digest told of
});
