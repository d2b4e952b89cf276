import { z } from "zod";
import { EVENT_NAMES } from "#shared/events/catalog.ts";
import type { Subscription } from "#shared/events/observe.ts";
import { Batch } from "#shared/raindrop/handlers.ts";
import type { MessageBatch } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { fanOut } from "#shared/webhooks/fan-out.ts";
import type { Env } from "./raindrop.gen.ts";

/** Every event; a test is sent by who asks for it. Few calls at a time, so that a crowd shares statements. */
export const subscription: Subscription = {
  events: EVENT_NAMES.filter((name) => name !== "webhook.test"),
  isOrdered: false, // rainwire_emit orders what goes to endpoints that ask for it
  batchSize: 200,
  maxWaitMs: 0,
  attempts: 20,
  concurrency: 2,
};

const EventMessage = z.object({ eventId: z.uuid() });

/** Events become deliveries to the endpoints that subscribed to them. */
export default class extends Batch<unknown, Env> {
  async process({ messages }: MessageBatch): Promise<void> {
    const ctx = openContext(this.ctx);
    const eventIds = messages.flatMap(({ id, body }) => {
      const parsed = EventMessage.safeParse(body);
      if (!parsed.success) ctx.log.error("a message that is no event was dropped", { message: id });
      return parsed.success ? [parsed.data.eventId] : [];
    });
    await fanOut(ctx.db, eventIds);
  }
}
