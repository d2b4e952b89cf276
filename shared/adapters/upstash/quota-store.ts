import { QUOTA_SCRIPT, quotaArguments, toGrant } from "#shared/limits/quota-script.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import type { UpstashConnection } from "./connection.ts";

/** {@link QuotaStore} in Upstash Redis, one request an exchange. @param clock for tests; else Redis's own clock rules */
export function upstashQuotaStore(connection: UpstashConnection, clock?: () => number): QuotaStore {
  return {
    async exchange(exchange) {
      const name = connection.nameOf(`quota:${exchange.key}`);
      const values = quotaArguments(exchange, clock?.()).map(String);
      const answer = await connection.attempt((redis) => redis.eval(QUOTA_SCRIPT, [name], values));
      return answer === undefined ? undefined : toGrant(answer);
    },
  };
}
