import { consumerOf } from "#hosts/running/consumers.ts";
import type { HandlerClass } from "#hosts/running/handler-class.ts";
import type { Subscription } from "#shared/events/observe.ts";
import { receiveTicket } from "./receive-ticket.ts";
import { createWorker, handlerEnv, type Platform, type WorkerBinding, type WorkerSpec } from "./worker.ts";

/** An observer whose queue comes over QStash. */
export interface TicketObserver {
  readonly name: string;
  readonly queue: string;
  readonly bindings: readonly WorkerBinding[];
  readonly module: { readonly default: unknown; readonly subscription: Subscription };
}

/** Every observer behind one address, for hosts whose queues come over QStash: answers a request at that path. */
export function ticketRuns(
  spec: WorkerSpec,
  observers: readonly TicketObserver[],
): (platform: Platform, request: Request, path: string) => Promise<Response> {
  const worker = createWorker(spec);
  return (platform, request, path) =>
    worker.with(platform, ({ instance, background, wakeRelay }) => {
      const find = (queue: string) => {
        const observer = observers.find((each) => each.queue === queue);
        if (!observer) return undefined;
        const { name, bindings, module } = observer;
        return consumerOf({
          name,
          queue,
          Handler: module.default as HandlerClass, // safe: the build took it from an observer's entry
          subscription: module.subscription,
          env: handlerEnv(bindings, platform.env, instance),
          instance,
          background,
        });
      };
      return receiveTicket({ instance, consumerOf: find, wakeRelay }, request, path);
    });
}
