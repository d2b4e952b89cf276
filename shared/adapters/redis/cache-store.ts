import { type CacheStore, isOfLife } from "#shared/caching/cache-store.ts";
import { END_SCRIPT, inCalls, KEEP_SCRIPT, keepArguments, LOOK_SCRIPT, toLook } from "#shared/caching/store-scripts.ts";
import type { RedisConnection } from "./connection.ts";
import { type RedisScript, redisScript, runScript } from "./run-script.ts";

const LOOK = redisScript(LOOK_SCRIPT);
const KEEP = redisScript(KEEP_SCRIPT);
const END = redisScript(END_SCRIPT);

/**
 * {@link CacheStore} in one Redis server, whose run_id is its life. The scripts find names in what they read, so a Redis
 * Cluster does not take them.
 */
export function redisCacheStore(connection: RedisConnection): CacheStore {
  async function run(generation: string, script: RedisScript, args: readonly string[]): Promise<unknown> {
    if (!isOfLife(generation, connection.life())) return undefined;
    return await connection.attempt((redis) => {
      const prefix = `${redis.options.keyPrefix ?? ""}answers:${generation}:`;
      return runScript(redis, script, [], [prefix, ...args]);
    });
  }
  return {
    life: () => connection.life(),
    async look(generation, key) {
      const answer = await run(generation, LOOK, [key]);
      return answer === undefined ? undefined : toLook(answer);
    },
    async keep(generation, key, kept) {
      await run(generation, KEEP, keepArguments(key, kept));
    },
    async end(generation, tags) {
      for (const some of inCalls(tags)) {
        if ((await run(generation, END, some)) !== 1) return false;
      }
      return true;
    },
  };
}
