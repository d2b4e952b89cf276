import type { Redis } from "ioredis";
import { type CacheStore, isOfLife } from "#shared/caching/cache-store.ts";
import { END_SCRIPT, inCalls, KEEP_SCRIPT, keepArguments, LOOK_SCRIPT, toLook } from "#shared/caching/store-scripts.ts";
import type { RedisConnection } from "./connection.ts";

/**
 * {@link CacheStore} in one Redis server, whose run_id is its life. The scripts find names in what they read, so a Redis
 * Cluster does not take them.
 */
export function redisCacheStore(connection: RedisConnection): CacheStore {
  const attempt = async <T>(generation: string, work: (redis: Scripted, prefix: string) => Promise<T>) =>
    isOfLife(generation, connection.life())
      ? await connection.attempt((redis) =>
          work(scripted(redis), `${redis.options.keyPrefix ?? ""}answers:${generation}:`),
        )
      : undefined;
  return {
    life: () => connection.life(),
    async look(generation, key) {
      const answer = await attempt(generation, (redis, prefix) => redis.rainwireLook(prefix, key));
      return answer === undefined ? undefined : toLook(answer);
    },
    async keep(generation, key, kept) {
      await attempt(generation, (redis, prefix) => redis.rainwireKeep(prefix, ...keepArguments(key, kept)));
    },
    async end(generation, tags) {
      for (const some of inCalls(tags)) {
        const answer = await attempt(generation, (redis, prefix) => redis.rainwireEnd(prefix, ...some));
        if (answer !== 1) return false;
      }
      return true;
    },
  };
}

interface Scripted {
  rainwireLook(...args: string[]): Promise<unknown>;
  rainwireKeep(...args: string[]): Promise<unknown>;
  rainwireEnd(...args: string[]): Promise<unknown>;
}

function scripted(redis: Redis): Scripted {
  if (!("rainwireLook" in redis)) {
    redis.defineCommand("rainwireLook", { numberOfKeys: 0, lua: LOOK_SCRIPT });
    redis.defineCommand("rainwireKeep", { numberOfKeys: 0, lua: KEEP_SCRIPT });
    redis.defineCommand("rainwireEnd", { numberOfKeys: 0, lua: END_SCRIPT });
  }
  return redis as unknown as Scripted; // safe: defined above
}
