import type { Counters } from "#shared/kernel/counters.ts";
import type { UpstashConnection } from "./connection.ts";

/** {@link Counters} shared by all isolates; `fallback` counts while Upstash is away. One request each. */
export function upstashCounters(connection: UpstashConnection, fallback: Counters): Counters {
  return {
    async increment(key, windowMs) {
      const name = connection.nameOf(`count:${key}`);
      const answers = await connection.attempt(
        (redis) => redis.multi().set(name, 0, { px: windowMs, nx: true }).incr(name).pttl(name).exec(),
        3,
      );
      if (!answers) return await fallback.increment(key, windowMs);
      const [, count, resetsInMs] = answers;
      return { count, resetsInMs };
    },
  };
}
