import type { Database } from "#shared/database/database.ts";
import { relaxedCommit } from "#shared/database/relaxed-commit.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { ENDPOINT_QUEUE, FAN_OUT_QUEUE } from "./endpoints-context.ts";
import { isSubscribed } from "./match-endpoint.ts";

/** Deliveries that a message of the queue carries at most: it is what one process takes at a time. */
const DELIVERIES_PER_MESSAGE = 20;

/**
 * When a wake may take a new delivery: at once or when the circuit closes, where its endpoint takes nothing now; null
 * where a message brings it to its sender, who also decides about what is in order.
 */
export const dueAt: Statement = sql`case when w.is_ordered or (w.status = 'active' and coalesce(w.blocked_until <= now(), true))
  then null else greatest(now(), w.blocked_until) end`;

/** The messages for the deliveries in `made`; of one tenant each, so that the queue can be fair. */
export const messagesOf: Statement = sql`
  insert into outbox (queue, body, tenant_id)
  select ${ENDPOINT_QUEUE}, jsonb_build_object('isOrdered', is_ordered,
    'deliveries', jsonb_agg(jsonb_build_array(endpoint_id, event_id))), tenant_id
  from (select *, (row_number() over (partition by tenant_id, is_ordered order by event_id) - 1)
      / ${DELIVERIES_PER_MESSAGE}::int as part
    from (select *, order_key is not null as is_ordered from made where due_at is null) as fresh) as parted
  group by tenant_id, is_ordered, part`;

/**
 * Turns events into a delivery for each endpoint that subscribed to them, and consumes the events, in one statement.
 * An event that was consumed before, and one whose tenant has no endpoint, makes nothing. What a crash of PostgreSQL
 * forgets of it is done again, with the same ids.
 */
export async function fanOut(db: Database, eventIds: readonly string[]): Promise<void> {
  await db.batch([
    relaxedCommit,
    emitting(sql`
      with taken as (
        delete from outbox where queue = ${FAN_OUT_QUEUE} and event_id = any(${eventIds}::uuid[]) returning event_id),
      made as (
        insert into endpoint_deliveries (endpoint_id, event_id, tenant_id, event_type, due_at, order_key, order_version)
        select w.id, e.id, w.tenant_id, e.name, ${dueAt}, case when w.is_ordered then e.subject end, e.subject_version
        from taken join events e on e.id = taken.event_id and e.id = any(${eventIds}::uuid[])
          join webhook_endpoints w on w.tenant_id = e.tenant_id and w.status <> 'disabled' and ${isSubscribed}
        on conflict do nothing
        returning endpoint_id, event_id, tenant_id, due_at, order_key)
      ${messagesOf}`),
  ]);
}
