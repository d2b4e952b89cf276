import type { Subscription } from "#shared/events/observe.ts";
import { Batch } from "#shared/raindrop/handlers.ts";
import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import type { MessageBatch } from "#shared/raindrop/queue.ts";

export const subscription: Subscription = {
  events: [],
  isOrdered: false,
  batchSize: 10,
  maxWaitMs: 100,
  attempts: 3,
  concurrency: 1,
};

/** Notes each batch as `[body, attempts]` pairs; sends what is named "again" back once. */
export default class extends Batch<string, { NOTES: KvCache }> {
  async process(batch: MessageBatch<string>): Promise<void> {
    const before = (await this.env.NOTES.get<unknown[]>("batches", "json")) ?? [];
    const seen = batch.messages.map(({ body, attempts }) => [body, attempts]);
    await this.env.NOTES.put("batches", JSON.stringify([...before, seen]));
    for (const message of batch.messages) {
      if (message.body === "again" && message.attempts === 1) message.retry({ delaySeconds: 0 });
    }
  }
}
