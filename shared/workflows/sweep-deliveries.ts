import type { Database } from "#shared/database/database.ts";
import { emitting, sql } from "#shared/database/sql.ts";
import { DELIVERY_QUEUE } from "./context.ts";
import { wakeParked } from "./wake-parked.ts";

/**
 * Picks up what a crash left: deliveries whose sender let its lease run out go back to the queue, and parked ones get
 * the slots that nobody handed on. Safe to run at any time, by anybody.
 */
export async function sweepDeliveries(db: Database): Promise<void> {
  await db.query(
    emitting(sql`
      with lapsed as (
        update deliveries set status = 'queued', fence = fence + 1, lease_until = null, is_parked = false
        where status = 'sending' and lease_until < now()
        returning id, tenant_id, fence)
      insert into outbox (queue, body, tenant_id)
      select ${DELIVERY_QUEUE}, jsonb_build_object('deliveryId', id, 'fence', fence), tenant_id from lapsed`),
  );
  const instances = await db.query(sql<{ id: string }>`select id from n8n_instances order by id`);
  for (const { id } of instances) {
    await db.batch([sql`select from n8n_instances where id = ${id} for update`, wakeParked(id)]);
  }
}
