import { drizzle } from "drizzle-orm/neon-http";
import { createFetchSender } from "#shared/adapters/fetch/sender.ts";
import { n8nLookups } from "#shared/adapters/n8n/n8n-lookups.ts";
import { createNeonClient, neonDatabase } from "#shared/adapters/neon/database.ts";
import { openQstash } from "#shared/adapters/qstash/open.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Adapters } from "#shared/runtime/adapters.ts";
import type { Config } from "#shared/runtime/config.ts";

/** An isolate may not wake a request that another one serves, so whoever waits looks by itself (see `nextSignal`). */
const silentSignals: Signals = { publish: () => undefined, subscribe: () => () => undefined };

/** What `#adapters` is on Cloudflare Workers. Opens nothing: each statement and each call is a request of its own. */
export async function openAdapters(config: Config, _onError: (error: Error) => void): Promise<Adapters> {
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
    close: async () => undefined,
  };
}
