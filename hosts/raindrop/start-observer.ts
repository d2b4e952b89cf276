import { consumerOf } from "#hosts/running/consumers.ts";
import type { HandlerClass } from "#hosts/running/handler-class.ts";
import { consumeBatch } from "#hosts/workers/consume-batch.ts";
import { createWorker, type WorkerSpec } from "#hosts/workers/worker.ts";
import type { Subscription } from "#shared/events/observe.ts";
import type { ExecutionContext } from "#shared/raindrop/context.ts";
import type { Message, MessageBatch } from "#shared/raindrop/queue.ts";

/**
 * The class that Raindrop starts for an observer. Its queue carries tickets, as on Workers: each names a row of the
 * outbox, which stays the truth, so the platform's unknown retries and dead letters decide nothing.
 */
export function startObserver(spec: WorkerSpec, queue: string, Handler: unknown, subscription: Subscription) {
  const worker = createWorker(spec);
  return class StartedObserver {
    readonly ctx: ExecutionContext;
    readonly env: object;

    constructor(ctx: ExecutionContext, env: object) {
      this.ctx = ctx;
      this.env = env;
    }

    /** Takes one message or a batch: which of them the framework hands over is not documented for classes not its own. */
    async process(input: Message | MessageBatch): Promise<void> {
      const batch = "messages" in input ? input : { queue, messages: [input] };
      await worker.with(this, async ({ instance, background, handlerEnv, wakeRelay }) => {
        const consumer = consumerOf({
          name: spec.name,
          queue,
          Handler: Handler as HandlerClass, // safe: the layout took it from an observer's entry
          subscription,
          env: handlerEnv,
          instance,
          background,
        });
        if (await consumeBatch(instance, consumer, batch)) wakeRelay();
      });
    }
  };
}
