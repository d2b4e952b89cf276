import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import type { Subscription } from "./observe.ts";

/** Makes the database's table of subscriptions say what the observers export; `rainwire_emit` reads it. */
export async function registerSubscriptions(
  db: Database,
  observers: readonly { queue: string; subscription: Subscription }[],
): Promise<void> {
  const rows = observers.flatMap(({ queue, subscription: { events, isOrdered } }) =>
    events.map((event_name) => ({ event_name, queue, is_ordered: isOrdered })),
  );
  await db.batch([
    // Two processes that start at once must not delete each other's rows in between.
    sql`select pg_advisory_xact_lock(hashtext('rainwire.subscriptions'))`,
    sql`delete from event_subscriptions s where not exists (
      select from jsonb_to_recordset(${json(rows)}) as r(event_name text, queue text)
      where r.event_name = s.event_name and r.queue = s.queue)`,
    sql`insert into event_subscriptions (event_name, queue, is_ordered)
      select r.event_name, r.queue, r.is_ordered
      from jsonb_to_recordset(${json(rows)}) as r(event_name text, queue text, is_ordered boolean)
      on conflict (event_name, queue) do update set is_ordered = excluded.is_ordered
      where event_subscriptions.is_ordered <> excluded.is_ordered`,
  ]);
}
