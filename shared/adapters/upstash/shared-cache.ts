import type { SharedCache } from "#shared/kernel/shared-cache.ts";
import type { UpstashConnection } from "./connection.ts";

/** {@link SharedCache} in Upstash Redis. */
export function upstashSharedCache(connection: UpstashConnection): SharedCache {
  const nameOf = (key: string): string => connection.nameOf(`cache:${key}`);
  return {
    async get(key) {
      return (await connection.attempt((redis) => redis.get<string>(nameOf(key)))) ?? undefined;
    },
    async fill(key, text, ttlMs) {
      await connection.attempt((redis) => redis.set(nameOf(key), text, { px: ttlMs, nx: true }));
    },
    async replace(key, text, ttlMs) {
      return (await connection.attempt((redis) => redis.set(nameOf(key), text, { px: ttlMs }))) === "OK";
    },
  };
}
