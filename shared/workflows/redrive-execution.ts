import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { DELIVERY_QUEUE } from "./context.ts";
import { OPEN_STATUSES } from "./settle-execution.ts";

/**
 * Drives an open execution again as its next attempt, under the same id: its delivery goes back to the queue, and
 * whatever the attempt before still does is refused by number. Returns no row when the attempt is no longer current
 * or was the last one allowed.
 * @param delayMs how long the new attempt waits
 */
export const redriveExecution = (
  { tenantId, executionId, attempt }: { tenantId: string; executionId: string; attempt: number },
  reason: string,
  delayMs: number,
): Statement<{ id: string }> =>
  emitting(sql`
    with again as (
      update workflow_executions set status = 'pending', attempt = attempt + 1, n8n_execution_id = null, deadline_at = null,
        error_message = ${reason}, version = version + 1
      where id = ${executionId} and tenant_id = ${tenantId} and attempt = ${attempt} and attempt < max_attempts
        and status in ${OPEN_STATUSES}
      returning id, attempt),
    requeued as (
      update deliveries d set status = 'queued', run_attempt = again.attempt, attempts = 0, fence = d.fence + 1,
        is_parked = false, lease_until = null, next_attempt_at = now() + ${delayMs / 1000} * interval '1 second', settled_at = null
      from again where d.execution_id = again.id
      returning d.id, d.fence, d.tenant_id, d.next_attempt_at),
    message as (
      insert into outbox (queue, body, tenant_id, available_at)
      select ${DELIVERY_QUEUE}, jsonb_build_object('deliveryId', id, 'fence', fence), tenant_id, next_attempt_at from requeued)
    select id from again`);
