import { EVENT_NAMES } from "#shared/events/catalog.ts";
import type { Subscription } from "#shared/events/observe.ts";
import { Batch } from "#shared/raindrop/handlers.ts";
import type { MessageBatch } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { deliverEvents, readFanOutMessage } from "#shared/webhooks/deliver-events.ts";
import type { Env } from "./raindrop.gen.ts";

/** Every event; a test is sent by who asks for it. A message names one event, or up to 25 that came together. */
export const subscription: Subscription = {
  events: EVENT_NAMES.filter((name) => name !== "webhook.test"),
  isOrdered: false, // rainwire_emit orders what goes to endpoints that ask for it
  batchSize: 32,
  maxWaitMs: 0,
  attempts: 20,
  concurrency: 16,
};

/** Brings events to the endpoints that subscribed to them. */
export default class extends Batch<unknown, Env> {
  async process({ messages }: MessageBatch): Promise<void> {
    const ctx = openContext(this.ctx);
    const eventIds = messages.flatMap(({ id, body }) => {
      const named = readFanOutMessage(body);
      if (!named) ctx.log.error("a message that is no event was dropped", { message: id });
      return named ?? [];
    });
    await deliverEvents(ctx, eventIds);
  }
}
