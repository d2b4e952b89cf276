import { ensure } from "#shared/database/ensure.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { EventName } from "#shared/events/catalog.ts";
import type { Cause } from "#shared/events/cause.ts";
import type { RunGrant } from "./run-token.ts";
import { OPEN_STATUSES } from "./settle-execution.ts";

/**
 * Aborts the batch unless the run's attempt is the current one (`attempt_superseded`) of an execution that is still
 * open (`execution_settled`). Its lock keeps both true until the batch ends.
 */
function ensureCurrent({ tenantId, executionId, attempt }: RunGrant): Statement[] {
  const execution = sql`from workflow_executions where id = ${executionId} and tenant_id = ${tenantId}`;
  return [
    sql`select ${execution} for share`,
    ensure("attempt_superseded", sql`exists (select ${execution} and attempt = ${attempt})`),
    ensure("execution_settled", sql`exists (select ${execution} and status in ${OPEN_STATUSES})`),
  ];
}

/** Aborts the batch with `not_found` unless the run was driven by an event of that name whose data names the thing. */
export const ensureDrivenBy = (
  { tenantId, executionId }: RunGrant,
  event: EventName,
  member: string,
  value: string,
): Statement =>
  ensure(
    "not_found",
    sql`exists (select from workflow_executions where id = ${executionId} and tenant_id = ${tenantId}
      and trigger = ${event} and payload->>${member}::text = ${value})`,
  );

/** A workflow run as the actor of a verb: what it writes counts only while the run may still write. */
export const runActor = (run: RunGrant & { cause: Cause }) => ({
  tenantId: run.tenantId,
  cause: run.cause,
  guards: ensureCurrent(run),
});
