import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";

/** What is needed to send one delivery, held under `fence` until its lease ends. */
export interface BegunDelivery {
  id: string;
  tenantId: string;
  executionId: string;
  eventId: string;
  destination: string;
  url: string;
  runAttempt: number;
  attempts: number;
  maxAttempts: number;
  fence: number;
  isProbe: boolean;
  /** How long its instance may take to answer. */
  timeoutMs: number;
}

/** Where a delivery that must wait stands: its own message is spent, and a settling delivery or the sweep wakes it. */
export type Begin = { kind: "begun"; delivery: BegunDelivery } | { kind: "waits" } | { kind: "gone" };

const LEASE_MARGIN_MS = 5_000;

const leaseEnd: Statement = sql`now() + (i.webhook_timeout_ms + ${LEASE_MARGIN_MS}::int) * interval '1 millisecond'`;

const isNextOfSubject: Statement = sql`not exists (select from deliveries earlier
  where earlier.destination = d.destination and earlier.order_key = d.order_key
    and earlier.order_version < d.order_version and earlier.status in ('queued', 'sending'))`;

/**
 * Takes a delivery for sending if the circuit allows it, its instance has a slot free and no earlier version of the
 * same subject is still open; else parks it. Everything that decides is read under the instance's row lock, so that
 * parking and waking cannot miss each other.
 * @param fence the fence that the message was made for: an older message changes nothing
 * @param isRedelivery the message was handed out before, so whoever began under it is dead and is taken over from
 */
export async function beginDelivery(
  db: Database,
  { deliveryId, fence, isRedelivery }: { deliveryId: string; fence: number; isRedelivery: boolean },
): Promise<Begin> {
  const isCurrent: Statement = isRedelivery
    ? sql`(d.fence = ${fence} or (d.fence = ${fence + 1} and d.status = 'sending'))`
    : sql`d.fence = ${fence}`;
  const [, , begun, parked] = await db.batch([
    sql`select i.id from deliveries d join n8n_instances i on i.id = d.destination where d.id = ${deliveryId} for update of i`,
    // An open circuit whose wait is over lets one delivery through as its probe; a probe that died frees the next.
    sql`update n8n_instances i set breaker_state = 'half_open',
        breaker_retry_at = ${leaseEnd}
      from deliveries d where d.id = ${deliveryId} and i.id = d.destination and ${isCurrent}
        and d.status in ('queued', 'sending') and i.breaker_state <> 'closed' and i.breaker_retry_at <= now()
        and ${isNextOfSubject}
      returning set_config('rainwire.probe', ${deliveryId}, true)`,
    sql<BegunDelivery>`
      update deliveries d set status = 'sending', is_parked = false, fence = d.fence + 1, attempts = d.attempts + 1,
        lease_until = ${leaseEnd}
      from n8n_instances i
      where d.id = ${deliveryId} and i.id = d.destination and ${isCurrent}
        and d.status in ('queued', 'sending') and d.next_attempt_at <= now() + interval '50 milliseconds'
        and (i.breaker_state = 'closed' or current_setting('rainwire.probe', true) = d.id::text)
        and (select count(*) from deliveries busy
          where busy.destination = d.destination and busy.status = 'sending' and busy.id <> d.id) < i.concurrency
        and ${isNextOfSubject}
      returning d.id, d.tenant_id, d.execution_id, d.event_id, d.destination, d.url, d.run_attempt, d.attempts,
        d.max_attempts, d.fence, coalesce(current_setting('rainwire.probe', true) = d.id::text, false) as is_probe,
        i.webhook_timeout_ms as timeout_ms`,
    sql<{ id: string }>`update deliveries d set is_parked = true
      where d.id = ${deliveryId} and d.fence = ${fence} and d.status = 'queued' and not d.is_parked returning d.id`,
  ]);
  const delivery = begun[0];
  if (delivery) return { kind: "begun", delivery };
  return { kind: parked.length > 0 ? "waits" : "gone" };
}
