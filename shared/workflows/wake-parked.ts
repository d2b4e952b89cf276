import type { Database } from "#shared/database/database.ts";
import { relaxedCommit } from "#shared/database/relaxed-commit.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { DELIVERY_QUEUE } from "./context.ts";
import { KEPT_SECONDS, takesSlot } from "./slot.ts";

/** An earlier version of the delivery's subject is open, so it is not its turn. */
export const isBehind: Statement = sql`exists (select from deliveries earlier
  where earlier.destination = d.destination and earlier.order_key = d.order_key
    and earlier.order_version < d.order_version and earlier.status in ('queued', 'sending'))`;

/** What is behind is put off, so that nobody who looks for something to wake steps over it; see {@link fetchBack}. */
export const putOffUntil: Statement = sql`now() + interval '1 minute'`;

/** Makes the next version of a delivery's subject due that was put off behind it. */
export const fetchBack = (deliveryId: string): Statement =>
  sql`update deliveries d set next_attempt_at = now()
    where d.is_parked and d.next_attempt_at > now() and not ${isBehind} and d.id = (
      select later.id from deliveries later join deliveries done using (destination, order_key)
      where done.id = ${deliveryId} and later.order_version > done.order_version and later.status in ('queued', 'sending')
      order by later.order_version limit 1)`;

/**
 * Hands free slots of an instance to parked deliveries: first to the tenants with the least in flight, so that one
 * tenant's backlog does not stand before another's first. A slot is kept for whom it was handed to. An open circuit gets one, as its probe, once its wait is
 * over. Belongs in a batch that holds the instance's row lock.
 */
export const wakeParked = (instanceId: string): Statement =>
  emitting(sql`
    with recursive instance as (
      select case when breaker_state = 'closed' then free when breaker_retry_at <= now() then least(free, 1) else 0 end as slots
      from n8n_instances cross join lateral (select concurrency - count(*) as free from deliveries busy
        where busy.destination = ${instanceId} and ${takesSlot(sql`busy`)}) as slots_now
      where id = ${instanceId}),
    tenant as (
      (select tenant_id from deliveries where destination = ${instanceId} and is_parked order by tenant_id limit 1)
      union all
      select (select d.tenant_id from deliveries d
        where d.destination = ${instanceId} and d.is_parked and d.tenant_id > tenant.tenant_id order by d.tenant_id limit 1)
      from tenant where tenant.tenant_id is not null),
    turn as (
      select waiting.id, waiting.next_attempt_at, tenant.tenant_id, row_number() over (partition by tenant.tenant_id order by waiting.next_attempt_at)
        + (select count(*) from deliveries busy where busy.destination = ${instanceId} and ${takesSlot(sql`busy`)} and busy.tenant_id = tenant.tenant_id) as place
      from tenant cross join lateral (
        select d.id, d.next_attempt_at from deliveries d
        where d.destination = ${instanceId} and d.tenant_id = tenant.tenant_id and d.is_parked and d.next_attempt_at <= now()
          and not ${isBehind}
        order by d.next_attempt_at limit greatest((select slots from instance), 0)) as waiting
      where tenant.tenant_id is not null),
    woken as (
      update deliveries set is_parked = false, lease_until = now() + ${KEPT_SECONDS}::int * interval '1 second'
      where is_parked and id in (select id from turn order by place, next_attempt_at limit greatest((select slots from instance), 0))
      returning id, tenant_id, fence)
    insert into outbox (queue, body, tenant_id)
    select ${DELIVERY_QUEUE}, jsonb_build_object('deliveryId', id, 'fence', fence), tenant_id from woken`);

/** Hands free slots to parked deliveries, in a batch of its own. Safe at any time, by anybody. */
export async function wakeInstance(db: Database, instanceId: string): Promise<void> {
  await db.batch([relaxedCommit, lockInstance(instanceId), wakeParked(instanceId)]);
}

/** The same after a delivery has left its slot or will not come to take it: what was behind it may go as well. */
export async function wakeAfter(db: Database, instanceId: string, deliveryId: string): Promise<void> {
  await db.batch([relaxedCommit, lockInstance(instanceId), fetchBack(deliveryId), wakeParked(instanceId)]);
}

/** Whoever begins, settles or wakes deliveries of an instance holds this; it comes before any other row's lock. */
export const lockInstance = (instanceId: string): Statement =>
  sql`select from n8n_instances where id = ${instanceId} for update`;

/**
 * The statement that has an instance woken when its circuit's wait is over, so that somebody comes to probe it even
 * if every delivery is parked by then.
 * @param instances a relation with `id` and `breaker_retry_at`
 */
export const wakeMessage = (instances: Statement): Statement =>
  emitting(sql`insert into outbox (queue, body, available_at)
    select ${DELIVERY_QUEUE}, jsonb_build_object('instanceId', id), breaker_retry_at from ${instances}`);
