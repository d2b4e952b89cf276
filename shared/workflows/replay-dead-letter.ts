import type { Database } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import type { Signals } from "#shared/events/signals.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { DELIVERY_QUEUE, executionTopic } from "./context.ts";

export interface ReplayContext {
  readonly db: Database;
  readonly signals: Signals;
}

interface Letter {
  deliveryId: string | null;
  executionId: string | null;
  isOpen: boolean;
}

/**
 * Takes up again what was given up, in one batch with the letter's `replayed_at`. A webhook: its execution is driven
 * as its next attempt, beyond the last one allowed if need be. A message: it goes back to its queue. Fails with
 * `not_replayable` when that was done before, or when the execution has ended otherwise since.
 */
export async function replayDeadLetter(ctx: ReplayContext, tenantId: string, id: string): Promise<undefined | Failure> {
  const [letter] = await ctx.db.query(sql<Letter>`
    select delivery_id, execution_id, replayed_at is null as is_open from dead_letters
    where tenant_id = ${tenantId} and id = ${id}`);
  if (!letter) return fail("not_found", `There is no dead letter ${id}.`);
  if (!letter.isOpen) return fail("not_replayable", "It was replayed already.");
  const { deliveryId, executionId } = letter;
  const written = await guarded(() =>
    ctx.db.batch([
      closeLetter(tenantId, id),
      ...(deliveryId === null ? [requeueMessage(tenantId, id)] : driveAgain(tenantId, deliveryId)),
    ]),
  );
  if (isFailure(written)) return written;
  if (deliveryId !== null && executionId !== null) ctx.signals.publish(executionTopic(executionId));
  return undefined;
}

/** The letter's own row is what two replays at once take turns on. */
const closeLetter = (tenantId: string, id: string): Statement =>
  ensure(
    "not_replayable",
    sql`exists (select from closed)`,
    sql`closed as (update dead_letters set replayed_at = now()
      where tenant_id = ${tenantId} and id = ${id} and replayed_at is null returning 1)`,
  );

/** Without its place in the subject's order: what came after it has passed. */
const requeueMessage = (tenantId: string, id: string): Statement =>
  emitting(sql`insert into outbox (queue, event_id, body, tenant_id)
    select queue, event_id, body, tenant_id from dead_letters where tenant_id = ${tenantId} and id = ${id}
    on conflict (event_id, queue) do nothing`);

function driveAgain(tenantId: string, deliveryId: string): Statement[] {
  const given = sql`d.id = ${deliveryId} and d.tenant_id = ${tenantId}`;
  return [
    ensure(
      "not_replayable",
      sql`exists (select from driven)`,
      sql`driven as (update workflow_executions x set status = 'pending', attempt = x.attempt + 1,
          max_attempts = greatest(x.max_attempts, x.attempt + 1), n8n_execution_id = null, deadline_at = null,
          completed_at = null, result = null, error_code = null, error_message = null, version = x.version + 1
        from deliveries d
        where ${given} and d.status = 'dead' and x.id = d.execution_id and x.tenant_id = d.tenant_id
          and x.status = 'failed' and x.error_code = 'delivery_failed'
        returning 1)`,
    ),
    emitting(sql`with requeued as (
        update deliveries d set status = 'queued', run_attempt = x.attempt, attempts = 0, fence = d.fence + 1,
          is_parked = false, next_attempt_at = now(), settled_at = null, last_error = null
        from workflow_executions x where ${given} and x.id = d.execution_id
        returning d.id, d.fence, d.tenant_id)
      insert into outbox (queue, body, tenant_id)
      select ${DELIVERY_QUEUE}, jsonb_build_object('deliveryId', id, 'fence', fence), tenant_id from requeued`),
  ];
}
