import { sql } from "#shared/database/sql.ts";
import { executionTopic, type WorkflowsContext } from "./context.ts";
import { readInstanceSecrets } from "./instances.ts";
import type { N8nPort, N8nRunState } from "./n8n-port.ts";
import { redriveExecution } from "./redrive-execution.ts";
import { settleExecution, wakeSuccessors } from "./settle-execution.ts";

export interface ReconcileContext extends WorkflowsContext {
  readonly n8n: N8nPort;
}

interface Silent {
  id: string;
  tenantId: string;
  attempt: number;
  status: string;
  instanceId: string;
  n8nExecutionId: string | null;
}

export interface Reconciled {
  stillRunning: number;
  drivenAgain: number;
  timedOut: number;
}

const ROUND = 100;

/**
 * Looks after executions that have been silent past their time-out: still at work in n8n → more time; lost, broken or
 * never claimed → driven again as the next attempt; no attempts left → `timed_out`.
 */
export async function reconcileExecutions(ctx: ReconcileContext): Promise<Reconciled> {
  const silent = await ctx.db.query(sql<Silent>`
    select id, tenant_id, attempt, status, instance_id, n8n_execution_id from workflow_executions
    where status in ('dispatched', 'running', 'waiting') and deadline_at < now() order by deadline_at limit ${ROUND}`);
  const reconciled = { stillRunning: 0, drivenAgain: 0, timedOut: 0 };
  for (const execution of silent) {
    const state = await lookUp(ctx, execution);
    const outcome = await settle(ctx, execution, state);
    if (outcome !== undefined) reconciled[outcome] += 1;
    ctx.signals.publish(executionTopic(execution.id));
  }
  return reconciled;
}

async function lookUp(ctx: ReconcileContext, execution: Silent): Promise<N8nRunState> {
  if (execution.n8nExecutionId === null) return "broken";
  const instance = await readInstanceSecrets(ctx, execution.instanceId).catch((error: unknown) => {
    ctx.log.error("an instance's secrets do not open", { instance: execution.instanceId, error: String(error) });
    return undefined;
  });
  return instance ? await ctx.n8n.stateOf(instance, execution.n8nExecutionId) : "unknown";
}

async function settle(
  ctx: ReconcileContext,
  execution: Silent,
  state: N8nRunState,
): Promise<keyof Reconciled | undefined> {
  if (state === "running" || state === "waiting" || (state === "unknown" && execution.status === "waiting")) {
    await ctx.db.query(sql`update workflow_executions set deadline_at = now() + timeout_ms * interval '1 millisecond'
      where id = ${execution.id} and attempt = ${execution.attempt} and status = ${execution.status}`);
    return "stillRunning";
  }
  const of = { tenantId: execution.tenantId, executionId: execution.id, attempt: execution.attempt };
  const reason =
    state === "succeeded" ? "n8n finished the run without reporting a result." : "n8n accepted the run and lost it.";
  const [again, settled] = await ctx.db.batch([
    redriveExecution(of, reason, 0),
    settleExecution({ ...of, status: "timed_out", errorCode: "silent", errorMessage: reason }),
  ]);
  await wakeSuccessors(ctx.db, settled);
  if (again.length > 0) return "drivenAgain";
  return settled.length > 0 ? "timedOut" : undefined; // neither: somebody else has settled it since
}
