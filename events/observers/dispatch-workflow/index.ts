import { EVENT_NAMES } from "#shared/events/catalog.ts";
import { observe, type Subscription } from "#shared/events/observe.ts";
import { Each } from "#shared/raindrop/handlers.ts";
import type { Message } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { driveEvent } from "#shared/workflows/drive-event.ts";
import type { Env } from "./raindrop.gen.ts";

const DRIVES_NOTHING = ["execution.", "circuit.", "webhook."];

/** Everything that a mapping may name; what tells of runs, circuits and tests themselves drives nothing. */
export const subscription: Subscription = {
  events: EVENT_NAMES.filter((name) => !DRIVES_NOTHING.some((prefix) => name.startsWith(prefix))),
  isOrdered: true,
  batchSize: 1,
  maxWaitMs: 0,
  attempts: 10,
  concurrency: 16,
};

/** An event becomes the executions of the workflows mapped to it. */
export default class extends Each<unknown, Env> {
  async process(message: Message): Promise<void> {
    const ctx = openContext(this.ctx);
    await observe(ctx.db, message, async (event) => {
      const [executionId] = await driveEvent(ctx, event);
      ctx.invocation.executionId = executionId ?? null;
    });
  }
}
