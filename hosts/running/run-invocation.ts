import { beginInvocation, type Invocation, type Outcome, type Trigger } from "#shared/costs/invocation.ts";
import { endInvocation } from "#shared/costs/usage-record.ts";
import type { LogFields } from "#shared/kernel/logger.ts";
import type { HostContext } from "#shared/runtime/host-context.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { childTrace, type TraceContext } from "#shared/tracing/trace-context.ts";
import { canAttribute, runAs } from "./current-invocation.ts";

export interface QuickRun<T> {
  functionName: string;
  trigger: Trigger;
  parent?: TraceContext | undefined;
  /** Does the work; its answer and how it went. Throwing counts as `error`. */
  work(ctx: HostContext): Done<T> | Promise<Done<T>>;
  /** More for the log line. */
  fields?: (value: T) => LogFields;
}

export interface Run<T> extends QuickRun<T> {
  work(ctx: HostContext): Promise<Done<T>>;
}

interface Done<T> {
  value: T;
  outcome: Outcome;
}

/** Work that outlives its answer (`waitUntil`); the host drains it before it stops. */
export type Background = Set<Promise<unknown>>;

/**
 * One invocation from start to end: its context, its log line and its usage record. Work that is done at once is
 * answered at once.
 */
export function runInvocation<T>(instance: Instance, background: Background, run: Run<T>): Promise<T>;
export function runInvocation<T>(instance: Instance, background: Background, run: QuickRun<T>): T | Promise<T>;
export function runInvocation<T>(instance: Instance, background: Background, run: QuickRun<T>): T | Promise<T> {
  const invocation = beginInvocation(run.functionName, run.trigger, childTrace(run.parent), instance.clock());
  const startedMs = performance.now();
  let left: Promise<unknown>[] | undefined;
  const ctx: HostContext = {
    instance,
    invocation,
    waitUntil: (promise) => {
      left ??= [];
      left.push(
        promise.catch((error: unknown) =>
          instance.log.error("work left behind failed", { function: run.functionName, error: String(error) }),
        ),
      );
    },
  };
  const finish = (outcome: Outcome, fields: LogFields) => {
    const end = () => settle(instance, invocation, outcome, performance.now() - startedMs, fields);
    if (!left) return end();
    const draining: Promise<unknown> = Promise.all(left).then(() => {
      background.delete(draining);
      end();
    });
    background.add(draining);
  };
  const succeed = ({ value, outcome }: Done<T>): T => {
    finish(outcome, run.fields?.(value) ?? {});
    return value;
  };
  const failWith = (error: unknown): never => {
    finish("error", { error: error instanceof Error ? error.message : String(error) });
    throw error;
  };
  let done: Done<T> | Promise<Done<T>>;
  try {
    done = runAs(invocation, () => run.work(ctx));
  } catch (error) {
    return failWith(error);
  }
  return done instanceof Promise ? done.then(succeed, failWith) : succeed(done);
}

/** What goes through shared connections, where a platform does not tell who sends it. */
const NOT_COUNTED = { redisCommands: null, kvReads: null, kvWrites: null, kvDeletes: null, kvLists: null };

function settle(instance: Instance, invocation: Invocation, outcome: Outcome, wallMs: number, fields: LogFields): void {
  invocation.counts.logEvents += 1;
  invocation.counts.logBytes += instance.log.info("invocation", {
    function: invocation.functionName,
    trigger: invocation.trigger,
    invocation: invocation.id,
    trace: invocation.trace.traceId,
    tenant: invocation.tenantId,
    execution: invocation.executionId,
    outcome,
    wallMs: Math.round(wallMs * 100) / 100,
    sql: invocation.counts.sqlStatements,
    ...fields,
  });
  const record = endInvocation(invocation, outcome, invocation.startedAtMs + wallMs);
  instance.usage.record(canAttribute ? record : { ...record, ...NOT_COUNTED });
}
