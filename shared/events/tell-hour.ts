import { type Database, isGuard } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { identifier } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { Clock } from "#shared/kernel/clock.ts";

const HOUR_MS = 3_600_000;
const ALREADY_TOLD = "hour_already_told";

export interface Hour {
  readonly since: Date;
  readonly until: Date;
}

/** The last hour that is over. */
export function lastHour(clock: Clock): Hour {
  const until = new Date(Math.floor(clock() / HOUR_MS) * HOUR_MS);
  return { since: new Date(until.getTime() - HOUR_MS), until };
}

/**
 * Writes what tells of an hour, unless an hour as late was told of: the mark and the rest in one batch, so that of any number
 * of processes, and after any crash, one tells it.
 * @param settings the table whose one row keeps the mark
 * @returns whether this call told it
 */
export async function tellHour(
  db: Database,
  settings: "batching_settings" | "caching_settings",
  { since }: Hour,
  telling: readonly Statement[],
): Promise<boolean> {
  const table = identifier(settings);
  try {
    await db.batch([
      sql`insert into ${table} default values on conflict (is_only) do nothing`,
      mustHit(ALREADY_TOLD, sql`update ${table} set told_hour = ${since} where told_hour < ${since}`),
      ...telling,
    ]);
    return true;
  } catch (error) {
    if (isGuard(error, ALREADY_TOLD)) return false;
    throw error;
  }
}
