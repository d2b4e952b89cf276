import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";

const DAYS_AHEAD = 7;

/** How long each kind of history is kept, in days. */
export const RETENTION_DAYS = {
  events: 90,
  delivery_attempts: 30,
  endpoint_attempts: 30,
  usage_packs: 400, // a year and the month that finance closes after it
} as const;

/** Idempotency keys are promised for a day; a week is kindness. */
const IDEMPOTENCY_DAYS = 7;

const LOAD_COUNT_DAYS = 90;

const CACHE_COUNT_DAYS = 90;
const HOT_KEY_DAYS = 7;

/** A webhook that waits longer for its endpoint, paused say, is given up with its log. */
const ENDPOINT_DELIVERY_DAYS = 30;

/** Limits that were lifted or have ended, incidents and the limits' hourly counts. */
const LIMITS_DAYS = 90;

/** Makes the next days' partitions and drops what has outlived its retention. */
export async function keepHistory(db: Database): Promise<void> {
  await db.query(sql`select rainwire_make_partitions(${DAYS_AHEAD}::int)`);
  for (const [table, days] of Object.entries(RETENTION_DAYS)) {
    await db.query(sql`select rainwire_drop_partitions(${table}, now() - ${days}::int * interval '1 day')`);
  }
  // Cells and slices go with the records that they are made of; what they cost stays.
  for (const table of [sql`usage_slices`, sql`usage_cells`]) {
    await db.query(
      sql`delete from ${table} where day < (now() - ${RETENTION_DAYS.usage_packs}::int * interval '1 day')::date`,
    );
  }
  await db.query(
    sql`delete from idempotency_keys where created_at < now() - ${IDEMPOTENCY_DAYS}::int * interval '1 day'`,
  );
  await db.query(sql`delete from load_counts where hour < now() - ${LOAD_COUNT_DAYS}::int * interval '1 day'`);
  await db.query(sql`delete from cache_counts where hour < now() - ${CACHE_COUNT_DAYS}::int * interval '1 day'`);
  await db.query(sql`delete from cache_hot_keys where hour < now() - ${HOT_KEY_DAYS}::int * interval '1 day'`);
  await db.query(sql`delete from endpoint_deliveries d
    where d.created_at < now() - ${ENDPOINT_DELIVERY_DAYS}::int * interval '1 day'
      or not exists (select from webhook_endpoints w where w.id = d.endpoint_id)`);
  const limitsSince = sql`now() - ${LIMITS_DAYS}::int * interval '1 day'`;
  await db.query(sql`delete from limit_overrides where created_at < ${limitsSince}
    and (lifted_at < ${limitsSince} or until < ${limitsSince})`);
  await db.query(sql`delete from abuse_incidents where created_at < ${limitsSince}`);
  await db.query(sql`delete from limit_statistics where hour < ${limitsSince}`);
}
