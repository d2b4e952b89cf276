import { sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { executionTopic } from "./context.ts";
import { readInstanceSecrets } from "./instances.ts";
import type { ReconcileContext } from "./reconcile-executions.ts";
import { settleExecution, wakeSuccessors } from "./settle-execution.ts";

/**
 * Cancels an open execution: what waits is not sent, what runs in n8n is told to stop, and its late result is
 * refused. Cancelling again changes nothing; an execution that ended otherwise fails with `execution_settled`.
 */
export async function cancelExecution(
  ctx: ReconcileContext,
  tenantId: string,
  executionId: string,
): Promise<undefined | Failure> {
  const [settled, rows] = await ctx.db.batch([
    settleExecution({ tenantId, executionId, status: "cancelled" }),
    sql<{ status: string; instanceId: string | null; n8nExecutionId: string | null }>`
      select status, instance_id, n8n_execution_id from workflow_executions
      where id = ${executionId} and tenant_id = ${tenantId}`,
  ]);
  const row = rows[0];
  if (!row) return fail("not_found");
  if (settled.length === 0) {
    return row.status === "cancelled"
      ? undefined
      : fail("execution_settled", `The execution is ${row.status} already.`);
  }
  ctx.signals.publish(executionTopic(executionId));
  await wakeSuccessors(ctx.db, settled);
  if (row.instanceId !== null && row.n8nExecutionId !== null) {
    const instance = await readInstanceSecrets(ctx, row.instanceId);
    if (instance) await ctx.n8n.stop(instance, row.n8nExecutionId);
  }
  return undefined;
}
