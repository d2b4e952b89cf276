import { consumerOf } from "#hosts/running/consumers.ts";
import type { HandlerClass } from "#hosts/running/handler-class.ts";
import type { Subscription } from "#shared/events/observe.ts";
import { consumeBatch } from "./consume-batch.ts";
import type { PlatformBatch, PlatformContext } from "./platform.ts";
import { createWorker, type WorkerSpec } from "./worker.ts";

export interface ObserverModule {
  readonly default: unknown;
  readonly subscription: Subscription;
}

/** The handler of a queue's Worker. */
export function observerWorker(spec: WorkerSpec, queue: string, module: ObserverModule) {
  const worker = createWorker(spec);
  const Handler = module.default as HandlerClass; // safe: the build took it from an observer's entry
  return {
    queue: (batch: PlatformBatch, env: object, ctx: PlatformContext): Promise<void> =>
      worker.with({ env, ctx }, async ({ instance, background, handlerEnv, wakeRelay }) => {
        const consumer = consumerOf({
          name: spec.name,
          queue,
          Handler,
          subscription: module.subscription,
          env: handlerEnv,
          instance,
          background,
        });
        if (await consumeBatch(instance, consumer, batch)) wakeRelay();
      }),
  };
}
