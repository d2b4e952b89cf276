import { z } from "zod";
import { PermanentError, type Subscription } from "#shared/events/observe.ts";
import { Each } from "#shared/raindrop/handlers.ts";
import type { Message } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { deliver } from "#shared/workflows/deliver.ts";
import { wakeInstance } from "#shared/workflows/wake-parked.ts";
import type { Env } from "./raindrop.gen.ts";

/** Plain messages; order, retries and slots are kept by the deliveries themselves. */
export const subscription: Subscription = {
  events: [],
  isOrdered: false,
  batchSize: 1,
  maxWaitMs: 0,
  attempts: 20,
  concurrency: 24,
};

const DeliveryMessage = z.union([
  z.object({ deliveryId: z.uuid(), fence: z.int() }),
  z.object({ instanceId: z.string() }), // its circuit's wait is over
]);

/** Sends one signed webhook, or lets an instance's parked ones go on. */
export default class extends Each<unknown, Env> {
  async process(message: Message): Promise<void> {
    const ctx = openContext(this.ctx);
    const body = DeliveryMessage.safeParse(message.body);
    if (!body.success) throw new PermanentError("malformed_message", z.prettifyError(body.error));
    if ("instanceId" in body.data) return await wakeInstance(ctx.db, body.data.instanceId);
    const delivered = await deliver(ctx, { ...body.data, isRedelivery: message.attempts > 1 });
    if (delivered) ctx.invocation.executionId = delivered.executionId;
  }
}
