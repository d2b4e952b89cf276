import { PermanentError, RetryAt, type Subscription } from "#shared/events/observe.ts";
import { Each } from "#shared/raindrop/handlers.ts";
import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import type { Message } from "#shared/raindrop/queue.ts";

export const subscription: Subscription = {
  events: [],
  isOrdered: false,
  batchSize: 1,
  maxWaitMs: 0,
  attempts: 2,
  concurrency: 4,
};

interface Job {
  name: string;
  does: "ack" | "retry" | "throw" | "later" | "give up" | "slow";
}

/** Notes each delivery's `attempts` under the job's name, then does as it is told. */
export default class extends Each<Job, { NOTES: KvCache }> {
  async process(message: Message<Job>): Promise<void> {
    const { name, does } = message.body;
    const before = (await this.env.NOTES.get<number[]>(name, "json")) ?? [];
    await this.env.NOTES.put(name, JSON.stringify([...before, message.attempts]));
    const isFirst = before.length === 0;
    if (does === "retry" && isFirst) message.retry({ delaySeconds: 0 });
    if (does === "throw") throw new Error("cannot");
    if (does === "later" && before.length < 3) throw new RetryAt(1, "not yet");
    if (does === "give up") throw new PermanentError("hopeless", "never will");
    if (does === "slow") {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await this.env.NOTES.put(`${name}-done`, "true");
    }
  }
}
