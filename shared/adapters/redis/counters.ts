import type { Counters } from "#shared/kernel/counters.ts";
import { type RedisConnection, transact } from "./connection.ts";

/** {@link Counters} shared by all processes of one Redis; `fallback` counts while Redis is away. */
export function redisCounters(connection: RedisConnection, fallback: Counters): Counters {
  return {
    async increment(key, windowMs) {
      const name = `count:${key}`;
      const answers = await connection.attempt(
        (redis) => transact(redis.multi().set(name, 0, "PX", windowMs, "NX").incr(name).pttl(name)),
        3,
      );
      if (!answers) return await fallback.increment(key, windowMs);
      const [, count, resetsInMs] = answers;
      return { count: Number(count), resetsInMs: Number(resetsInMs) };
    },
  };
}
