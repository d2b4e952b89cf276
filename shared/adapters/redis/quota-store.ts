import type { Redis } from "ioredis";
import { QUOTA_SCRIPT, quotaArguments, toGrant } from "#shared/limits/quota-script.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import type { RedisConnection } from "./connection.ts";

/** {@link QuotaStore} in Redis, one script call an exchange. @param clock for tests; else Redis's own clock rules */
export function redisQuotaStore(connection: RedisConnection, clock?: () => number): QuotaStore {
  return {
    async exchange(exchange) {
      const values = quotaArguments(exchange, clock?.());
      const answer = await connection.attempt((redis) =>
        scripted(redis).rainwireQuota(`quota:${exchange.key}`, ...values),
      );
      return answer === undefined ? undefined : toGrant(answer);
    },
  };
}

interface Scripted {
  rainwireQuota(...args: (string | number)[]): Promise<unknown>;
}

function scripted(redis: Redis): Scripted {
  if (!("rainwireQuota" in redis)) redis.defineCommand("rainwireQuota", { numberOfKeys: 1, lua: QUOTA_SCRIPT });
  return redis as unknown as Scripted; // safe: defined above
}
