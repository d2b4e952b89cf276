export interface KvPutOptions {
  /** Absolute expiry, in seconds since the epoch. */
  expiration?: number;
  /** Lifetime in seconds; at least 60. */
  expirationTtl?: number;
  metadata?: unknown;
}

export interface KvListResult {
  keys: { name: string; expiration?: number; metadata?: unknown }[];
  isComplete: boolean;
  /** Present while `isComplete` is false. */
  cursor?: string;
}

/** Raindrop's `kv_cache` binding: eventually consistent, never the truth. */
export interface KvCache {
  get(key: string, type?: "text"): Promise<string | null>;
  get<T>(key: string, type: "json"): Promise<T | null>;
  get(key: string, type: "arrayBuffer"): Promise<ArrayBuffer | null>;
  getWithMetadata<M>(key: string): Promise<{ value: string | null; metadata: M | null }>;
  put(key: string, value: string | ArrayBuffer, options?: KvPutOptions): Promise<void>;
  list(options?: { limit?: number; prefix?: string; cursor?: string }): Promise<KvListResult>;
  delete(key: string): Promise<void>;
}
