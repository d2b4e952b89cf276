import { keepLlmUsage, type LlmUsage } from "#shared/costs/llm-usage.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Signals } from "#shared/events/signals.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { executionTopic } from "./context.ts";
import type { RunGrant } from "./run-token.ts";
import { type Settled, type Settlement, settleExecution, wakeSuccessors } from "./settle-execution.ts";

export interface CompleteContext {
  readonly db: Database;
  readonly signals: Signals;
}

export type ResultInput =
  | { attempt: number; status: "succeeded"; result: unknown; usage?: readonly LlmUsage[] }
  | { attempt: number; status: "failed"; error: string; result?: unknown; usage?: readonly LlmUsage[] }
  | { attempt: number; status: "waiting"; untilSeconds?: number };

/** How the execution stands after the call; `isFirst` is false for a repetition. */
export interface Completed {
  status: string;
  isFirst: boolean;
}

/**
 * Takes a run's result. The first terminal result of the current attempt wins; the same call again changes nothing.
 * What its language models used is kept with that result, and with no other.
 * `waiting` keeps the execution open for a person or a timer until `untilSeconds` from now (default a week).
 */
export async function completeExecution(
  ctx: CompleteContext,
  grant: RunGrant,
  executionId: string,
  input: ResultInput,
): Promise<Completed | Failure> {
  if (grant.executionId !== executionId) return fail("not_found");
  if (grant.attempt !== input.attempt) return fail("attempt_superseded", "The token is another attempt's.");
  const [changed, rows] = await ctx.db.batch([
    input.status === "waiting"
      ? wait(grant, input)
      : settleExecution(toSettlement(grant, input), keepLlmUsage(input.usage ?? [])),
    sql<{ status: string; attempt: number }>`select status, attempt from workflow_executions
      where id = ${executionId} and tenant_id = ${grant.tenantId}`,
  ]);
  const row = rows[0];
  if (!row) return fail("not_found");
  if (changed.length > 0) {
    ctx.signals.publish(executionTopic(executionId));
    await wakeSuccessors(ctx.db, changed);
    return { status: row.status, isFirst: true };
  }
  if (row.attempt !== input.attempt)
    return fail("attempt_superseded", `Attempt ${row.attempt} drives this execution now.`);
  if (row.status === input.status) return { status: row.status, isFirst: false };
  return fail("execution_settled", `The execution is ${row.status} already.`);
}

const DEFAULT_WAIT_SECONDS = 7 * 86_400;

const wait = (
  grant: RunGrant,
  { attempt, untilSeconds = DEFAULT_WAIT_SECONDS }: { attempt: number; untilSeconds?: number },
) =>
  sql<Settled>`update workflow_executions set status = 'waiting', version = version + 1,
      deadline_at = now() + ${untilSeconds}::int * interval '1 second'
    where id = ${grant.executionId} and tenant_id = ${grant.tenantId} and attempt = ${attempt}
      and status in ('pending', 'dispatched', 'running') returning id, null as called_off_at`;

function toSettlement(grant: RunGrant, input: Exclude<ResultInput, { status: "waiting" }>): Settlement {
  const of = { tenantId: grant.tenantId, executionId: grant.executionId, attempt: input.attempt };
  return input.status === "succeeded"
    ? { ...of, status: "succeeded", result: input.result }
    : { ...of, status: "failed", errorCode: "workflow_failed", errorMessage: input.error, result: input.result };
}
