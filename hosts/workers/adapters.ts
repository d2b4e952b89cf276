import { drizzle } from "drizzle-orm/neon-http";
import { countRedisCommands } from "#hosts/running/current-invocation.ts";
import { createFetchSender } from "#shared/adapters/fetch/sender.ts";
import { n8nLookups } from "#shared/adapters/n8n/n8n-lookups.ts";
import { createNeonClient, neonDatabase } from "#shared/adapters/neon/database.ts";
import { openQstash } from "#shared/adapters/qstash/open.ts";
import { upstashCacheStore } from "#shared/adapters/upstash/cache-store.ts";
import { openUpstash } from "#shared/adapters/upstash/connection.ts";
import { upstashCounters } from "#shared/adapters/upstash/counters.ts";
import { upstashQuotaStore } from "#shared/adapters/upstash/quota-store.ts";
import { upstashSharedCache } from "#shared/adapters/upstash/shared-cache.ts";
import type { Signals } from "#shared/events/signals.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { memoryCounters } from "#shared/kernel/counters.ts";
import type { Adapters } from "#shared/runtime/adapters.ts";
import type { Config } from "#shared/runtime/config.ts";

/** An isolate may not wake a request that another one serves, so whoever waits looks by itself (see `nextSignal`). */
const silentSignals: Signals = { publish: () => undefined, subscribe: () => () => undefined };

/** What `#adapters` is on Cloudflare Workers. Opens nothing: each statement and each call is a request of its own. */
export async function openAdapters(config: Config, onError: (error: Error) => void): Promise<Adapters> {
  const client = createNeonClient(config.databaseUrl);
  const sender = createFetchSender({ allowedHosts: config.allowedHosts });
  return {
    database: neonDatabase(client),
    signals: silentSignals,
    sender,
    qstash: openQstash(config.qstash),
    n8n: n8nLookups(sender),
    drizzle: drizzle(client),
    hasTransactions: false,
    sharesWork: false,
    ...openUpstashStores(config.upstash, onError),
    close: async () => undefined,
  };
}

/** What isolates share besides the database, where there is an Upstash Redis. */
function openUpstashStores(
  upstash: Config["upstash"],
  onError: (error: Error) => void,
): Pick<Adapters, "shared" | "cacheStore"> {
  if (!upstash) return {};
  const connection = openUpstash({
    ...upstash,
    onCommands: countRedisCommands,
    onChange(isThere, why) {
      if (isThere) return;
      onError(new Error(`Upstash Redis is away (${why}): this isolate counts for itself and asks the database.`));
    },
  });
  return {
    cacheStore: upstashCacheStore(connection),
    shared: {
      cache: upstashSharedCache(connection),
      counters: upstashCounters(connection, memoryCounters(systemClock)),
      quotas: upstashQuotaStore(connection),
    },
  };
}
