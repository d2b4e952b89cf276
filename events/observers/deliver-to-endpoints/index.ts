import type { Subscription } from "#shared/events/observe.ts";
import { Batch } from "#shared/raindrop/handlers.ts";
import type { MessageBatch } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { deliverToEndpoints, readEndpointMessage } from "#shared/webhooks/deliver-to-endpoints.ts";
import type { Env } from "./raindrop.gen.ts";

/** Plain messages, each of up to twenty deliveries; what became of those is kept with them. */
export const subscription: Subscription = {
  events: [],
  isOrdered: false,
  batchSize: 4,
  maxWaitMs: 0,
  attempts: 20,
  concurrency: 16,
};

/** Sends events to tenants' webhook endpoints. */
export default class extends Batch<unknown, Env> {
  async process({ messages }: MessageBatch): Promise<void> {
    const ctx = openContext(this.ctx);
    const handed = messages.flatMap(({ id, body, attempts }) => {
      const message = readEndpointMessage(body);
      if (!message) ctx.log.error("a malformed message was dropped", { message: id });
      return message ? [{ message, isRedelivery: attempts > 1 }] : [];
    });
    await deliverToEndpoints(ctx, handed);
  }
}
