import type { Database } from "#shared/database/database.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { DELIVERY_QUEUE } from "./context.ts";
import { OPEN_STATUSES } from "./settle-execution.ts";
import { lockInstance, wakeParked } from "./wake-parked.ts";

/** A delivery whose message has not come this long after it was due is parked, in case its message was lost. */
const LOST_AFTER_MINUTES = 5;

/**
 * Picks up what a crash left: deliveries whose sender let its lease run out go back to the queue, those whose message
 * was lost are parked, and parked ones get the slots that nobody handed on. Safe to run at any time, by anybody.
 */
export async function sweepDeliveries(db: Database): Promise<void> {
  const instances = await db.query(sql<{ id: string }>`select id from n8n_instances order by id`);
  for (const { id } of instances) {
    await db.batch([lockInstance(id), requeueLapsed(id), parkLost(id), wakeParked(id)]);
  }
}

const requeueLapsed = (instanceId: string): Statement =>
  emitting(sql`
    with lapsed as (
      update deliveries d set fence = fence + 1, lease_until = null,
        status = case when x.status in ${OPEN_STATUSES} then 'queued' else 'cancelled' end,
        settled_at = case when x.status in ${OPEN_STATUSES} then null else now() end
      from workflow_executions x
      where x.id = d.execution_id and d.destination = ${instanceId} and d.status = 'sending' and d.lease_until < now()
      returning d.id, d.tenant_id, d.fence, d.status)
    insert into outbox (queue, body, tenant_id)
    select ${DELIVERY_QUEUE}, jsonb_build_object('deliveryId', id, 'fence', fence), tenant_id from lapsed
    where status = 'queued'`);

const parkLost = (instanceId: string): Statement =>
  sql`update deliveries set is_parked = true where destination = ${instanceId} and status = 'queued' and not is_parked
    and next_attempt_at < now() - ${LOST_AFTER_MINUTES}::int * interval '1 minute'`;
