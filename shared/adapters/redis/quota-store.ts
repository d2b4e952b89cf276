import { QUOTA_SCRIPT, quotaArguments, toGrant } from "#shared/limits/quota-script.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import type { RedisConnection } from "./connection.ts";
import { redisScript, runScript } from "./run-script.ts";

const QUOTA = redisScript(QUOTA_SCRIPT);

/** {@link QuotaStore} in Redis, one script call an exchange. @param clock for tests; else Redis's own clock rules */
export function redisQuotaStore(connection: RedisConnection, clock?: () => number): QuotaStore {
  return {
    async exchange(exchange) {
      const values = quotaArguments(exchange, clock?.());
      const answer = await connection.attempt((redis) => runScript(redis, QUOTA, [`quota:${exchange.key}`], values));
      return answer === undefined ? undefined : toGrant(answer);
    },
  };
}
