import { beginInvocation, type Invocation, type Outcome, type Trigger } from "#shared/costs/invocation.ts";
import { endInvocation } from "#shared/costs/usage-record.ts";
import type { LogFields } from "#shared/kernel/logger.ts";
import type { HostContext } from "#shared/runtime/host-context.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { childTrace, type TraceContext } from "#shared/tracing/trace-context.ts";
import { canAttribute, runAs } from "./current-invocation.ts";

export interface QuickWork<T> {
  /** Does the work; its answer and how it went. Throwing counts as `error`. */
  work(ctx: HostContext): Done<T> | Promise<Done<T>>;
  /** More for the log line. */
  fields?: (value: T) => LogFields;
}

export interface QuickRun<T> extends QuickWork<T> {
  functionName: string;
  trigger: Trigger;
  parent?: TraceContext | undefined;
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
  return new Running(instance, background, run.functionName, run.trigger, run.parent).run(run);
}

/** What goes through shared connections, where a platform does not tell who sends it. */
const NOT_COUNTED = { redisCommands: null, kvReads: null, kvWrites: null, kvDeletes: null, kvLists: null };

/** An invocation under way, as its handler's `ctx`. */
export class Running implements HostContext {
  readonly instance: Instance;
  readonly invocation: Invocation;
  readonly #background: Background;
  readonly #startedMs = performance.now();
  #left: Promise<unknown>[] | undefined;

  constructor(
    instance: Instance,
    background: Background,
    functionName: string,
    trigger: Trigger,
    parent: TraceContext | undefined,
  ) {
    this.instance = instance;
    this.#background = background;
    this.invocation = beginInvocation(functionName, trigger, childTrace(parent), instance.clock());
  }

  /** Does the work as this invocation, to its end. */
  run<T>({ work, fields }: QuickWork<T>): T | Promise<T> {
    const succeed = ({ value, outcome }: Done<T>): T => {
      this.end(outcome, () => fields?.(value));
      return value;
    };
    const failWith = (error: unknown): never => {
      this.end("error", () => ({ error: error instanceof Error ? error.message : String(error) }));
      throw error;
    };
    let done: Done<T> | Promise<Done<T>>;
    try {
      done = runAs(this.invocation, () => work(this));
    } catch (error) {
      return failWith(error);
    }
    return done instanceof Promise ? done.then(succeed, failWith) : succeed(done);
  }

  waitUntil(promise: Promise<unknown>): void {
    this.#left ??= [];
    this.#left.push(
      promise.catch((error: unknown) =>
        this.instance.log.error("work left behind failed", {
          function: this.invocation.functionName,
          error: String(error),
        }),
      ),
    );
  }

  /** Writes its log line and its usage record, when what it left behind is done. */
  end(outcome: Outcome, fields: () => LogFields | undefined): void {
    if (!this.#left) {
      this.#settle(outcome, fields);
      return;
    }
    const background = this.#background;
    const draining: Promise<unknown> = Promise.all(this.#left).then(() => {
      background.delete(draining);
      this.#settle(outcome, fields);
    });
    background.add(draining);
  }

  #settle(outcome: Outcome, fields: () => LogFields | undefined): void {
    const { instance, invocation } = this;
    const { counts } = invocation;
    const wallMs = performance.now() - this.#startedMs;
    if (instance.log.isEnabled("info")) {
      counts.logEvents += 1;
      counts.logBytes += instance.log.info("invocation", {
        function: invocation.functionName,
        trigger: invocation.trigger,
        invocation: invocation.id,
        trace: invocation.trace.traceId,
        tenant: invocation.tenantId,
        execution: invocation.executionId,
        outcome,
        wallMs: Math.round(wallMs * 100) / 100,
        sql: counts.sqlStatements,
        ...fields(),
      });
    }
    const record = endInvocation(invocation, outcome, invocation.startedAtMs + wallMs);
    instance.usage.record(canAttribute ? record : { ...record, ...NOT_COUNTED });
  }
}
