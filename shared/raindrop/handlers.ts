import type { ExecutionContext } from "./context.ts";
import type { Message, MessageBatch } from "./queue.ts";

/**
 * The five base classes of Raindrop's framework (releases 0.10 to 0.17), owned here because the published package
 * carries another API (docs/architecture.md, "The Raindrop surface"). A host makes one object per invocation.
 */

/** Answers requests. Public async methods besides `fetch` are callable through a {@link ServiceStub}. */
export abstract class Service<Env> {
  readonly ctx: ExecutionContext;
  readonly env: Env;

  constructor(ctx: ExecutionContext, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }

  abstract fetch(request: Request): Response | Promise<Response>;
}

/** Handles the messages of one queue, one at a time. */
export abstract class Each<Body, Env> {
  readonly ctx: ExecutionContext;
  readonly env: Env;

  constructor(ctx: ExecutionContext, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }

  /** Returning acknowledges the message; throwing retries it. */
  abstract process(message: Message<Body>): Promise<void>;
}

/** Handles the messages of one queue, many at a time. */
export abstract class Batch<Body, Env> {
  readonly ctx: ExecutionContext;
  readonly env: Env;

  constructor(ctx: ExecutionContext, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }

  /** Returning acknowledges every message not retried; throwing retries every message not acknowledged. */
  abstract process(batch: MessageBatch<Body>): Promise<void>;
}

/** One tick of a task's cron expression. */
export interface Tick {
  readonly type: "scheduled";
  readonly cron: string;
  /** The minute the tick stands for, in ms since the epoch. */
  readonly scheduledTime: number;
}

/** Runs on the clock. A host never retries a tick, so a task should be safe to run again at the next one. */
export abstract class Task<Env> {
  readonly ctx: ExecutionContext;
  readonly env: Env;

  constructor(ctx: ExecutionContext, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }

  abstract handle(tick: Tick): Promise<void>;
}
