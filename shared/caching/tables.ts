import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/** Processes that may answer from what they keep. One that ended without a word stays until another has waited for its lease. */
export const cacheProcesses = pgTable("cache_processes", {
  id: text("id").primaryKey(),
  since: instant("since").notNull().default(sql`now()`),
});
