import { type Statement, sql } from "#shared/database/sql.ts";
import { EXECUTION_STATUSES } from "#shared/workflows/tables.ts";

export { EXECUTION_STATUSES };

/** What a consumer sees of an execution. */
export interface Execution {
  id: string;
  workflowId: string | null;
  workflowVersion: string | null;
  triggerType: "action" | "event";
  trigger: string;
  subject: string | null;
  status: (typeof EXECUTION_STATUSES)[number];
  attempt: number;
  maxAttempts: number;
  payload: unknown;
  result: unknown;
  errorCode: string | null;
  errorMessage: string | null;
  /** n8n's page of the run. */
  n8nUrl: string | null;
  version: number;
  createdAt: Date;
  dispatchedAt: Date | null;
  startedAt: Date | null;
  completedAt: Date | null;
}

export const SELECT_EXECUTION: Statement<Execution> = sql<Execution>`
  select x.id, x.workflow_id, x.workflow_version, x.trigger_type, x.trigger, x.subject, x.status, x.attempt,
    x.max_attempts, x.payload, x.result, x.error_code, x.error_message,
    case when x.n8n_execution_id is not null and x.n8n_workflow_id is not null then
      rtrim(i.base_url, '/') || '/workflow/' || x.n8n_workflow_id || '/executions/' || x.n8n_execution_id end as n8n_url,
    x.version, x.created_at, x.dispatched_at, x.started_at, x.completed_at
  from workflow_executions x left join n8n_instances i on i.id = x.instance_id`;

const SETTLED = new Set<string>(["succeeded", "failed", "timed_out", "cancelled"]);

export const isSettled = (execution: Execution): boolean => SETTLED.has(execution.status);
