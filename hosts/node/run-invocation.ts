import { beginInvocation, type Invocation, type Outcome, type Trigger } from "#shared/costs/invocation.ts";
import { endInvocation } from "#shared/costs/usage-record.ts";
import type { HostContext } from "#shared/runtime/host-context.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { childTrace, type TraceContext } from "#shared/tracing/trace-context.ts";
import { runAs } from "./current-invocation.ts";

export interface Run<T> {
  functionName: string;
  trigger: Trigger;
  parent?: TraceContext | undefined;
  /** Does the work; its answer and how it went. Throwing counts as `error`. */
  work(ctx: HostContext): Promise<{ value: T; outcome: Outcome }>;
  /** More for the log line. */
  fields?: (value: T) => Record<string, string | number | null>;
}

/** Work that outlives its answer (`waitUntil`); the host drains it before it stops. */
export type Background = Set<Promise<unknown>>;

/** One invocation from start to end: its context, its log line and its usage record. */
export async function runInvocation<T>(instance: Instance, background: Background, run: Run<T>): Promise<T> {
  const invocation = beginInvocation(run.functionName, run.trigger, childTrace(run.parent), instance.clock());
  const startedMs = performance.now();
  const left: Promise<unknown>[] = [];
  const ctx: HostContext = {
    instance,
    invocation,
    waitUntil: (promise) => {
      left.push(
        promise.catch((error: unknown) =>
          instance.log.error("work left behind failed", { function: run.functionName, error: String(error) }),
        ),
      );
    },
  };
  const finish = (outcome: Outcome, fields: object) => {
    const end = () => settle(instance, invocation, outcome, performance.now() - startedMs, fields);
    if (left.length === 0) return end();
    const draining: Promise<unknown> = Promise.all(left).then(() => {
      background.delete(draining);
      end();
    });
    background.add(draining);
  };
  try {
    const { value, outcome } = await runAs(invocation, () => run.work(ctx));
    finish(outcome, run.fields?.(value) ?? {});
    return value;
  } catch (error) {
    finish("error", { error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

function settle(instance: Instance, invocation: Invocation, outcome: Outcome, wallMs: number, fields: object): void {
  const line = {
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
  };
  invocation.counts.logEvents += 1;
  invocation.counts.logBytes += JSON.stringify(line).length;
  instance.log.info("invocation", line);
  instance.usage.record(endInvocation(invocation, outcome, invocation.startedAtMs + wallMs));
}
