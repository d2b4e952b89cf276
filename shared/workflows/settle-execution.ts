import type { Database } from "#shared/database/database.ts";
import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";
import { wakeAfter } from "./wake-parked.ts";

/** What became of the execution, for {@link wakeSuccessors}. */
export interface Settled {
  id: string;
  /** The instance whose queued delivery was called off with it. */
  calledOffAt: string | null;
}

export const OPEN_STATUSES = sql`('pending', 'dispatched', 'running', 'waiting')`;

export type Settlement = {
  tenantId: string;
  executionId: string;
  /** Only while this is the execution's current attempt; undefined: whichever it is. */
  attempt?: number;
} & (
  | { status: "succeeded"; result: unknown }
  | { status: "failed" | "timed_out"; errorCode: string; errorMessage: string; result?: unknown }
  | { status: "cancelled" }
);

/**
 * Ends an open execution and writes its `execution.*` event. Returns a row when it did; none when it had ended
 * already or a newer attempt drives it: the first terminal result of the current attempt wins.
 * @param beside data-changing queries on `settled`, the row that was ended, in the same statement
 */
export function settleExecution(settlement: Settlement, beside?: Statement): Statement<Settled> {
  const { tenantId, executionId, attempt, status } = settlement;
  const result = "result" in settlement ? (settlement.result ?? null) : null;
  const errorCode = "errorCode" in settlement ? settlement.errorCode : null;
  const errorMessage = "errorMessage" in settlement ? settlement.errorMessage : null;
  return emitting(sql`
    with settled as (
      update workflow_executions set status = ${status}, result = ${json(result)}, error_code = ${errorCode},
        error_message = ${errorMessage}, completed_at = now(), deadline_at = null, version = version + 1
      where id = ${executionId} and tenant_id = ${tenantId} and status in ${OPEN_STATUSES}
        and (${attempt ?? null}::int is null or attempt = ${attempt ?? null})
      returning *),
    closed as (
      update deliveries d set status = 'cancelled', is_parked = false, lease_until = null, settled_at = now()
      from settled where d.execution_id = settled.id and d.status = 'queued' returning d.destination)${beside === undefined ? sql`` : sql`, beside as (${beside})`}
    select id, (select destination from closed) as called_off_at, rainwire_emit(uuidv7(), tenant_id, 'execution.' || status, 'executions/' || id, version,
      jsonb_build_object('executionId', id, 'workflowId', workflow_id, 'trigger', trigger, 'status', status,
        'attempt', attempt, 'errorCode', error_code),
      jsonb_build_object('actor', 'execution:' || id, 'executionId', id, 'traceparent', traceparent, 'causationId', event_id,
        'hop', hop))
    from settled`);
}

/**
 * Wakes what waited for the delivery that was called off, a later version of its subject say. After the batch, not in
 * it: the instance's lock comes before the execution's. A crash in between leaves it to the sweep.
 */
export async function wakeSuccessors(db: Database, settled: readonly Settled[]): Promise<void> {
  for (const { id, calledOffAt } of settled) if (calledOffAt !== null) await wakeAfter(db, calledOffAt, id);
}
