import type { Publisher } from "#shared/webhooks/publisher.ts";
import type { QueueProducer } from "./platform.ts";

export interface QstashQueueOptions {
  readonly publisher: Publisher;
  /** Where QStash delivers this queue's tickets. */
  readonly url: string;
  /** Its deliveries share this key's limit. */
  readonly flowKey: string;
  /** Deliveries under way at once. */
  readonly parallelism: number;
}

/** What QStash tells when it has given a ticket up is posted here, below the queue's address. */
export const LOST_PATH = "/lost";

/**
 * A queue's tickets over QStash. How often it tries is left to its plan: a number above the plan's would be refused, and
 * what is given up comes back through the failure callback. Throws unless all were taken, as Cloudflare's binding does.
 */
export function qstashQueue({ publisher, url, flowKey, parallelism }: QstashQueueOptions): QueueProducer {
  return {
    async sendBatch(messages) {
      const published = await publisher.publishAll(
        [...messages].map(({ body, delaySeconds, deduplicationId }) => ({
          url,
          body,
          failureCallbackUrl: url + LOST_PATH,
          flow: { key: flowKey, parallelism },
          ...(delaySeconds !== undefined && { delayMs: delaySeconds * 1000 }),
          ...(deduplicationId !== undefined && { deduplicationId }),
        })),
      );
      const failed = published.flatMap((each) => (each.kind === "accepted" ? [] : [each]));
      const [first] = failed;
      if (first) throw new Error(`QStash took all but ${failed.length} of ${published.length}: ${first.detail}`);
    },
  };
}
