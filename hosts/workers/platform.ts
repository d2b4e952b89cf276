/** What Cloudflare's runtime hands over, as far as this host uses it (Workers runtime APIs, compatibility date of config.ts). */

export interface PlatformContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** A producer binding of Cloudflare Queues, or what stands in for one. */
export interface QueueProducer {
  sendBatch(messages: Iterable<{ body: unknown; delaySeconds?: number; deduplicationId?: string }>): Promise<unknown>; // Cloudflare takes no notice of the id
}

export interface PlatformMessage {
  readonly id: string;
  readonly body: unknown;
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

export interface PlatformBatch {
  readonly queue: string;
  readonly messages: readonly PlatformMessage[];
}

export interface ScheduledController {
  readonly cron: string;
  /** ms since the epoch */
  readonly scheduledTime: number;
}

/** One invocation as a Tail consumer hears of it, after it ended. */
export interface TraceItem {
  readonly scriptName: string | null;
  readonly outcome: string; // "ok", "exception", "exceededCpu", "canceled" …
  /** ms since the epoch; null where the platform does not say */
  readonly eventTimestamp: number | null;
  /** ms; 0 where it was not measured */
  readonly cpuTime: number;
  /** ms; 0 where it was not measured */
  readonly wallTime: number;
  readonly logs: readonly { readonly level: string; readonly message: unknown }[];
}

/** A KV namespace binding. */
export interface KvNamespace {
  get(key: string, type: "text" | "json" | "arrayBuffer"): Promise<unknown>;
  getWithMetadata(key: string, type: "text"): Promise<{ value: unknown; metadata: unknown }>;
  put(key: string, value: string | ArrayBuffer, options?: object): Promise<void>;
  list(options?: { limit?: number; prefix?: string; cursor?: string }): Promise<{
    keys: { name: string; expiration?: number; metadata?: unknown }[];
    list_complete: boolean;
    cursor?: string;
  }>;
  delete(key: string): Promise<void>;
}
