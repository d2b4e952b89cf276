import { sql } from "#shared/database/sql.ts";
import { backoffMs } from "#shared/kernel/retry.ts";
import { executionTopic, type WorkflowsContext } from "./context.ts";
import { redriveExecution } from "./redrive-execution.ts";
import { settleExecution, wakeSuccessors } from "./settle-execution.ts";

export interface WorkflowErrorReport {
  n8nExecutionId: string;
  workflowName: string;
  message: string;
  lastNode?: string;
}

export type ReportOutcome = "driven_again" | "failed" | "unknown_execution";

const BACKOFF = { baseMs: 2_000, capMs: 60_000 };

/**
 * What the error workflow tells: a claimed run broke. Its execution is driven again as the next attempt while it has
 * attempts left, else it fails with the workflow's message.
 */
export async function reportWorkflowError(
  ctx: WorkflowsContext,
  instanceId: string,
  report: WorkflowErrorReport,
): Promise<ReportOutcome> {
  const [run] = await ctx.db.query(sql<{ id: string; tenantId: string; attempt: number }>`
    select id, tenant_id, attempt from workflow_executions
    where instance_id = ${instanceId} and n8n_execution_id = ${report.n8nExecutionId} and status in ('running', 'waiting')
    order by created_at desc limit 1`);
  if (!run) return "unknown_execution";
  const of = { tenantId: run.tenantId, executionId: run.id, attempt: run.attempt };
  const message = report.lastNode ? `${report.lastNode}: ${report.message}` : report.message;
  const [again, settled] = await ctx.db.batch([
    redriveExecution(of, message, backoffMs(run.attempt, BACKOFF, ctx.random())),
    settleExecution({ ...of, status: "failed", errorCode: "workflow_error", errorMessage: message }),
  ]);
  ctx.signals.publish(executionTopic(run.id));
  await wakeSuccessors(ctx.db, settled);
  return again.length > 0 ? "driven_again" : "failed";
}
