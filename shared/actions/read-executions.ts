import type { LoadKind, Loads } from "#shared/batching/load-kind.ts";
import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { nextSignal, type Signals } from "#shared/events/signals.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { executionTopic } from "#shared/workflows/context.ts";
import { type Execution, isSettled, SELECT_EXECUTION } from "./execution.ts";

export interface ExecutionsContext {
  readonly loads: Loads;
  readonly signals: Signals;
  readonly clock: Clock;
}

const EXECUTIONS: LoadKind<Execution> = {
  name: "executions",
  async load(db, tenantId, ids) {
    const found = await db.query(
      sql<Execution>`${SELECT_EXECUTION} where x.tenant_id = ${tenantId} and x.id = any(${ids}::uuid[])`,
    );
    return new Map(found.map((execution) => [execution.id, execution]));
  },
};

export async function readExecution(loads: Loads, tenantId: string, id: string): Promise<Execution | Failure> {
  const execution = await loads.one(EXECUTIONS, tenantId, id.toLowerCase());
  return execution ?? fail("not_found", `There is no execution ${id}.`);
}

export interface ExecutionFilter {
  status?: string | undefined;
  workflowId?: string | undefined;
  trigger?: string | undefined;
  subject?: string | undefined;
  /** The `next` of the page before. */
  before?: string | undefined;
  limit: number;
}

/** The tenant's executions, newest first. `next` is the cursor of the page after, or null on the last one. */
export async function listExecutions(
  db: Database,
  tenantId: string,
  filter: ExecutionFilter,
): Promise<{ items: Execution[]; next: string | null }> {
  const equals: [Statement, string | undefined][] = [
    [sql`x.status`, filter.status],
    [sql`x.workflow_id`, filter.workflowId],
    [sql`x.trigger`, filter.trigger],
    [sql`x.subject`, filter.subject],
  ];
  const conditions = equals.reduce(
    (all, [column, value]) => (value === undefined ? all : sql`${all} and ${column} = ${value}`),
    sql`x.tenant_id = ${tenantId}`,
  );
  const page =
    filter.before === undefined
      ? sql``
      : sql` and (x.created_at, x.id) < (
    select created_at, id from workflow_executions where tenant_id = ${tenantId} and id = ${filter.before})`;
  const rows = await db.query(
    sql<Execution>`${SELECT_EXECUTION} where ${conditions}${page} order by x.created_at desc, x.id desc limit ${filter.limit + 1}`,
  );
  const items = rows.slice(0, filter.limit);
  return { items, next: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
}

/** Signals may be lost, so a waiting reader looks this often by itself. */
const LOOK_MS = 1_000;

/**
 * Each state that an execution passes through, from the present one to its last. Ends when it has settled, when
 * `untilMs` has come or when `signal` aborts.
 * @param afterVersion states up to this version are not told again: how a broken stream is resumed
 */
export async function* followExecution(
  ctx: ExecutionsContext,
  tenantId: string,
  id: string,
  { untilMs, afterVersion = 0, signal }: { untilMs: number; afterVersion?: number; signal?: AbortSignal },
): AsyncGenerator<Execution> {
  let toldVersion = afterVersion;
  while (!signal?.aborted) {
    // Subscribed before it looks: a change in between would else be missed.
    const change = nextSignal(
      ctx.signals,
      executionTopic(id),
      Math.max(0, Math.min(LOOK_MS, untilMs - ctx.clock())),
      signal,
    );
    const execution = await readExecution(ctx.loads, tenantId, id);
    if (isFailure(execution)) return;
    if (execution.version > toldVersion) {
      toldVersion = execution.version;
      yield execution;
    }
    if (isSettled(execution) || ctx.clock() >= untilMs) return;
    await change;
  }
}

/** The execution once it has settled, or as it stands after `waitMs`. */
export async function awaitExecution(
  ctx: ExecutionsContext,
  tenantId: string,
  id: string,
  waitMs: number,
): Promise<Execution | Failure> {
  for await (const execution of followExecution(ctx, tenantId, id, { untilMs: ctx.clock() + waitMs })) {
    if (isSettled(execution)) return execution;
  }
  return await readExecution(ctx.loads, tenantId, id);
}
