import { z } from "zod";
import { PermanentError, type Subscription } from "#shared/events/observe.ts";
import { Each } from "#shared/raindrop/handlers.ts";
import type { Message } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { deliver } from "#shared/workflows/deliver.ts";
import type { Env } from "./raindrop.gen.ts";

/** Plain messages; order, retries and slots are kept by the deliveries themselves. */
export const subscription: Subscription = {
  events: [],
  isOrdered: false,
  batchSize: 1,
  maxWaitMs: 0,
  attempts: 20,
  concurrency: 64,
};

const DeliveryMessage = z.object({ deliveryId: z.uuid(), fence: z.int() });

/** Sends one signed webhook. */
export default class extends Each<unknown, Env> {
  async process(message: Message): Promise<void> {
    const ctx = openContext(this.ctx);
    const body = DeliveryMessage.safeParse(message.body);
    if (!body.success) throw new PermanentError("malformed_message", z.prettifyError(body.error));
    const delivered = await deliver(ctx, { ...body.data, isRedelivery: message.attempts > 1 });
    if (delivered) ctx.invocation.executionId = delivered.executionId;
  }
}
