import { sql } from "drizzle-orm";
import { boolean, check, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/** Processes that may answer from what they keep. One that ended without a word stays until another has waited for its lease. */
export const cacheProcesses = pgTable("cache_processes", {
  id: text("id").primaryKey(),
  since: instant("since").notNull().default(sql`now()`),
});

/** The store that isolates share, where they do: its generation. One row at most. */
export const cacheGenerations = pgTable(
  "cache_generations",
  {
    isOnly: boolean("is_only").primaryKey().default(true),
    name: text("name").notNull(),
    closedAt: instant("closed_at").notNull(), // when it was begun, or last closed
    readableAt: instant("readable_at").notNull(), // until then nobody reads it
  },
  (t) => [check("cache_generations_is_only_check", sql`${t.isOnly}`)],
);

/** Tags of what was committed, to be ended in the store of the isolates before it is read again. */
export const cacheOwed = pgTable("cache_owed", {
  id: uuid("id").primaryKey().default(sql`uuidv7()`),
  tags: text("tags").array().notNull(),
  owedAt: instant("owed_at").notNull().default(sql`now()`),
});
