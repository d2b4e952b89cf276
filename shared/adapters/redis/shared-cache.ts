import type { SharedCache } from "#shared/kernel/shared-cache.ts";
import type { RedisConnection } from "./connection.ts";

/** {@link SharedCache} in Redis. */
export function redisSharedCache(connection: RedisConnection): SharedCache {
  const nameOf = (key: string): string => `cache:${key}`;
  return {
    async get(key) {
      return (await connection.attempt((redis) => redis.get(nameOf(key)))) ?? undefined;
    },
    async fill(key, text, ttlMs) {
      await connection.attempt((redis) => redis.set(nameOf(key), text, "PX", ttlMs, "NX"));
    },
    async replace(key, text, ttlMs) {
      return (await connection.attempt((redis) => redis.set(nameOf(key), text, "PX", ttlMs))) === "OK";
    },
  };
}
