import type { Database } from "#shared/database/database.ts";
import { relaxedCommit } from "#shared/database/relaxed-commit.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { takesSlot } from "./slot.ts";
import { isBehind, putOffUntil, wakeAfter, wakeMessage } from "./wake-parked.ts";

/** What is needed to send one delivery, held under `fence` until its lease ends. */
export interface BegunDelivery {
  id: string;
  tenantId: string;
  executionId: string;
  eventId: string;
  destination: string;
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

/** It is due and an instance's slot is free. */
const mayGo: Statement = sql`d.is_parked and d.next_attempt_at <= now() + interval '50 milliseconds'
  and (select count(*) from deliveries busy where busy.destination = d.destination and ${takesSlot(sql`busy`)}) < i.concurrency`;

/**
 * Takes a delivery for sending if the circuit allows it, its instance has a slot free and no earlier version of the
 * same subject is still open; else it stays parked. It is parked first and taken then, so that whatever stops it, it
 * can be woken; all under the instance's row lock, so that parking and waking cannot miss each other.
 * @param fence the fence that the message was made for: an older message takes nothing from a younger one
 * @param isRedelivery the message was handed out before, so whoever began under it is dead and is taken over from
 */
export async function beginDelivery(
  db: Database,
  { deliveryId, fence, isRedelivery }: { deliveryId: string; fence: number; isRedelivery: boolean },
): Promise<Begin> {
  const isCurrent: Statement = isRedelivery
    ? sql`((d.fence = ${fence} and d.status = 'queued') or (d.fence = ${fence + 1} and d.status = 'sending'))`
    : sql`(d.fence = ${fence} and d.status = 'queued')`;
  const [, instances, parked, , begun] = await db.batch([
    relaxedCommit,
    sql<{ id: string }>`
      select i.id from deliveries d join n8n_instances i on i.id = d.destination where d.id = ${deliveryId} for update of i`,
    sql<{ hadSlot: boolean }>`update deliveries d set status = 'queued', is_parked = true, lease_until = null,
        next_attempt_at = case when ${isBehind} then ${putOffUntil} else d.next_attempt_at end
      where d.id = ${deliveryId} and ${isCurrent} returning old.lease_until is not null as had_slot`,
    // An open circuit whose wait is over lets one delivery through as its probe; a probe that died frees the next.
    emitting(sql`with probed as (
        update n8n_instances i set breaker_state = 'half_open', breaker_retry_at = ${leaseEnd}
        from deliveries d where d.id = ${deliveryId} and i.id = d.destination and i.breaker_state <> 'closed'
          and i.breaker_retry_at <= now() and ${mayGo}
        returning i.id, i.breaker_retry_at, set_config('rainwire.probe', ${deliveryId}, true)),
      message as (${wakeMessage(sql`probed`)})
      select from probed`),
    sql<BegunDelivery>`
      update deliveries d set status = 'sending', is_parked = false, fence = d.fence + 1, attempts = d.attempts + 1,
        lease_until = ${leaseEnd}
      from n8n_instances i
      where d.id = ${deliveryId} and i.id = d.destination and ${mayGo}
        and (i.breaker_state = 'closed' or current_setting('rainwire.probe', true) = d.id::text)
      returning d.id, d.tenant_id, d.execution_id, d.event_id, d.destination, d.run_attempt, d.attempts,
        d.max_attempts, d.fence, coalesce(current_setting('rainwire.probe', true) = d.id::text, false) as is_probe,
        i.webhook_timeout_ms as timeout_ms`,
  ]);
  const delivery = begun[0];
  if (delivery) return { kind: "begun", delivery };
  const [instance, waits] = [instances[0], parked[0]];
  // The slot that its message stood for, if any, is somebody else's now.
  if (instance && (waits === undefined || waits.hadSlot)) await wakeAfter(db, instance.id, deliveryId);
  return { kind: waits ? "waits" : "gone" };
}
