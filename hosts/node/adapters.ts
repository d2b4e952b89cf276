import { drizzle } from "drizzle-orm/node-postgres";
import { countRedisCommands } from "#hosts/running/current-invocation.ts";
import { n8nLookups } from "#shared/adapters/n8n/n8n-lookups.ts";
import { postgresBroadcast } from "#shared/adapters/postgres/broadcast.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { postgresSignals } from "#shared/adapters/postgres/signals.ts";
import { openQstash } from "#shared/adapters/qstash/open.ts";
import { redisCacheStore } from "#shared/adapters/redis/cache-store.ts";
import { connectRedis } from "#shared/adapters/redis/connection.ts";
import { redisCounters } from "#shared/adapters/redis/counters.ts";
import { redisQuotaStore } from "#shared/adapters/redis/quota-store.ts";
import { redisSharedCache } from "#shared/adapters/redis/shared-cache.ts";
import { createSender } from "#shared/adapters/undici/sender.ts";
import { createPeers } from "#shared/caching/broadcast-peers.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { memoryCounters } from "#shared/kernel/counters.ts";
import type { Adapters } from "#shared/runtime/adapters.ts";
import type { Config } from "#shared/runtime/config.ts";

/** Connections of the pool. PostgreSQL is on the same machine or near, so few are enough. */
const POOL_SIZE = 32;

/** What `#adapters` is on Node. */
export async function openAdapters(config: Config, onError: (error: Error) => void): Promise<Adapters> {
  const pool = createPool({ connectionString: config.databaseUrl, applicationName: "rainwire", max: POOL_SIZE });
  const signals = await postgresSignals({
    connectionString: config.databaseUrl,
    applicationName: "rainwire-signals",
    onError,
  });
  const redis =
    config.redisUrl === undefined
      ? undefined
      : await connectRedis({ url: config.redisUrl, onChange: tellOf(onError), onCommands: countRedisCommands });
  const cacheStore = redis && redisCacheStore(redis);
  const broadcast = await postgresBroadcast({ connectionString: config.databaseUrl, pool, onError });
  const peers = createPeers({ broadcast, id: crypto.randomUUID(), store: cacheStore });
  const sender = createSender({ allowedHosts: config.allowedHosts });
  return {
    database: postgresDatabase(pool),
    signals,
    sender,
    qstash: openQstash(config.qstash),
    n8n: n8nLookups(sender),
    drizzle: drizzle(pool),
    hasTransactions: true,
    sharesWork: true,
    shared: redis && {
      cache: redisSharedCache(redis),
      counters: redisCounters(redis, memoryCounters(systemClock)),
      quotas: redisQuotaStore(redis),
    },
    peers,
    cacheStore,
    async close() {
      await peers.close();
      await redis?.close();
      await broadcast.close();
      await signals.close();
      await sender.close();
      await pool.end();
    },
  };
}

/** Says what the loss means, where the operator looks. */
export const tellOf =
  (onError: (error: Error) => void) =>
  (isThere: boolean, why: string): void => {
    if (!isThere) onError(new Error(`Redis is away (${why}): this process counts for itself and asks the database.`));
  };
