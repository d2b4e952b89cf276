import { SomeFailed, type Subscription } from "#shared/events/observe.ts";
import { writeInteractions } from "#shared/goals/write-interactions.ts";
import { Batch } from "#shared/raindrop/handlers.ts";
import type { MessageBatch } from "#shared/raindrop/queue.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Plain messages: interactions that their callers did not wait for. */
export const subscription: Subscription = {
  events: [],
  isOrdered: false, // what is plain brings its own order
  batchSize: 200,
  maxWaitMs: 5,
  attempts: 12,
  concurrency: 2,
};

/** Writes queued interactions many at a time; one that cannot be written is given up alone. */
export default class extends Batch<unknown, Env> {
  async process({ messages }: MessageBatch): Promise<void> {
    const { db } = openContext(this.ctx);
    const refused = await writeInteractions(
      db,
      messages.map(({ id }) => id),
    );
    if (refused.size > 0) throw new SomeFailed(refused);
  }
}
