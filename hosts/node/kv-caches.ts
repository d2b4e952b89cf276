import type { Manifest } from "#hosts/manifest/manifest.ts";
import { countRedisCommands } from "#hosts/running/current-invocation.ts";
import { meteredKvCache } from "#hosts/running/metered-kv-cache.ts";
import { connectRedis } from "#shared/adapters/redis/connection.ts";
import { redisKvCache } from "#shared/adapters/redis/kv-cache.ts";
import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import { memoryKvCache } from "./kv-cache.ts";

export interface KvCaches {
  /** A `kv_cache` that the manifest declares. */
  get(name: string): KvCache;
  close(): Promise<void>;
}

/** The manifest's caches: in Redis, shared by all processes, where there is one; else in this process. */
export async function openKvCaches(
  { kvCaches }: Manifest,
  redisUrl: string | undefined,
  onChange: (isThere: boolean, why: string) => void,
): Promise<KvCaches> {
  const redis =
    redisUrl === undefined || kvCaches.length === 0
      ? undefined
      : await connectRedis({ url: redisUrl, onChange, onCommands: countRedisCommands });
  const caches = new Map(
    kvCaches.map(({ name }) => [name, meteredKvCache(redis ? redisKvCache(redis, name) : memoryKvCache())]),
  );
  return {
    get(name) {
      const cache = caches.get(name);
      if (cache === undefined) throw new Error(`The manifest declares no kv_cache "${name}".`);
      return cache;
    },
    close: async () => redis?.close(),
  };
}
