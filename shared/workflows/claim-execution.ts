import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import type { RunGrant } from "./run-token.ts";

export interface ClaimInput {
  attempt: number;
  n8nExecutionId: string;
  n8nWorkflowId?: string;
  workflowVersion?: string | undefined;
}

/** What the claiming workflow is to do: its work; nothing, since another run has it; or nothing, since it is done. */
export type Claim =
  | { outcome: "run"; input: unknown; trigger: string }
  | { outcome: "already_running"; n8nExecutionId: string | null }
  | { outcome: "done"; status: string; result: unknown };

interface Row {
  status: string;
  attempt: number;
  n8nExecutionId: string | null;
  payload: unknown;
  trigger: string;
  result: unknown;
}

/**
 * Makes one n8n run the one that works on an execution: what keeps a webhook that was delivered twice to one effect.
 * The same n8n run may ask again (its answer was lost) and is told `run` again. Fails with `attempt_superseded` for an
 * attempt that is no longer current, `not_found` for an execution that is not the token's.
 */
export async function claimExecution(
  db: Database,
  grant: RunGrant,
  executionId: string,
  input: ClaimInput,
): Promise<Claim | Failure> {
  if (grant.executionId !== executionId) return fail("not_found");
  if (grant.attempt !== input.attempt) return fail("attempt_superseded", "The token is another attempt's.");
  const [claimed, rows] = await db.batch([
    sql`update workflow_executions set status = 'running', n8n_execution_id = ${input.n8nExecutionId},
        n8n_workflow_id = ${input.n8nWorkflowId ?? null}, workflow_version = ${input.workflowVersion ?? null},
        started_at = now(), deadline_at = now() + timeout_ms * interval '1 millisecond', version = version + 1
      where id = ${executionId} and tenant_id = ${grant.tenantId} and attempt = ${input.attempt}
        and status in ('pending', 'dispatched') and n8n_execution_id is null
      returning id`,
    sql<Row>`select status, attempt, n8n_execution_id, payload, trigger, result from workflow_executions
      where id = ${executionId} and tenant_id = ${grant.tenantId}`,
  ]);
  const row = rows[0];
  if (!row) return fail("not_found");
  if (claimed.length > 0) return { outcome: "run", input: row.payload, trigger: row.trigger };
  if (["succeeded", "failed", "timed_out", "cancelled"].includes(row.status)) {
    return { outcome: "done", status: row.status, result: row.result };
  }
  if (row.attempt !== input.attempt)
    return fail("attempt_superseded", `Attempt ${row.attempt} drives this execution now.`);
  if (row.n8nExecutionId === input.n8nExecutionId) return { outcome: "run", input: row.payload, trigger: row.trigger };
  return { outcome: "already_running", n8nExecutionId: row.n8nExecutionId };
}
