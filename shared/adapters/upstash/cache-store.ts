import type { CacheStore } from "#shared/caching/cache-store.ts";
import { END_SCRIPT, inCalls, KEEP_SCRIPT, keepArguments, LOOK_SCRIPT, toLook } from "#shared/caching/store-scripts.ts";
import type { UpstashConnection } from "./connection.ts";

/**
 * {@link CacheStore} in Upstash Redis, one request each. It does not tell its lives apart; the scripts write, so they run at its
 * leader (https://upstash.com/docs/redis/features/consistency), and what that acknowledged in its last moment may be lost with it.
 */
export function upstashCacheStore(connection: UpstashConnection): CacheStore {
  const run = (generation: string, script: string, args: readonly string[]): Promise<unknown> =>
    connection.attempt((redis) => redis.eval(script, [], [connection.nameOf(`answers:${generation}:`), ...args]));
  return {
    life: () => "upstash",
    async look(generation, key) {
      const answer = await run(generation, LOOK_SCRIPT, [key]);
      return answer === undefined ? undefined : toLook(answer);
    },
    async keep(generation, key, kept) {
      await run(generation, KEEP_SCRIPT, keepArguments(key, kept));
    },
    async end(generation, tags) {
      for (const some of inCalls(tags)) {
        if (Number(await run(generation, END_SCRIPT, some)) !== 1) return false;
      }
      return true;
    },
  };
}
