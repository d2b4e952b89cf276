import type { Database } from "#shared/database/database.ts";
import { relaxedCommit } from "#shared/database/relaxed-commit.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { ENDPOINT_QUEUE } from "./endpoints-context.ts";
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
 * Writes a delivery of events for each endpoint that subscribed to them, with the messages that bring them to a sender.
 * What is there already stays as it is. What a crash of PostgreSQL forgets of it is done again, with the same ids.
 * @param except endpoints that are seen to elsewhere
 */
export async function fanOut(db: Database, eventIds: readonly string[], except: readonly string[] = []): Promise<void> {
  await db.batch([
    relaxedCommit,
    emitting(sql`
      with made as (
        insert into endpoint_deliveries (endpoint_id, event_id, tenant_id, event_type, due_at, order_key, order_version)
        select w.id, e.id, w.tenant_id, e.name, ${dueAt}, case when w.is_ordered then e.subject end, e.subject_version
        from events e join webhook_endpoints w on w.tenant_id = e.tenant_id and w.status <> 'disabled' and ${isSubscribed}
        where e.id = any(${eventIds}::uuid[]) and w.id <> all(${except}::uuid[])
        order by e.id
        on conflict do nothing
        returning endpoint_id, event_id, tenant_id, due_at, order_key)
      ${messagesOf}`),
  ]);
}
