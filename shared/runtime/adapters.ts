import type { AuthOptions } from "#shared/accounts/auth.ts";
import type { CacheStore } from "#shared/caching/cache-store.ts";
import type { Peers } from "#shared/caching/peers.ts";
import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Counters } from "#shared/kernel/counters.ts";
import type { SharedCache } from "#shared/kernel/shared-cache.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import type { DeliveryVerifier, Publisher } from "#shared/webhooks/publisher.ts";
import type { Sender } from "#shared/webhooks/sender.ts";
import type { N8nPort } from "#shared/workflows/n8n-port.ts";

/** What each host's `#adapters` opens from the config. */
export interface Adapters {
  readonly database: Database;
  readonly signals: Signals;
  readonly sender: Sender;
  readonly qstash: { readonly publisher: Publisher | undefined; readonly verifier: DeliveryVerifier | undefined };
  readonly n8n: N8nPort;
  readonly drizzle: AuthOptions["drizzle"];
  /** The driver has interactive transactions, which better-auth uses where they are. */
  readonly hasTransactions: boolean;
  /** One request may wait for what another began: not on Workers. */
  readonly sharesWork: boolean;
  /** What processes share besides the database, where there is a Redis. */
  readonly shared?:
    | { readonly cache: SharedCache; readonly counters: Counters; readonly quotas: QuotaStore }
    | undefined;
  /** The other processes that keep what they read; undefined: nothing is kept in this one. */
  readonly peers?: Peers | undefined;
  /** Where processes keep together what they read, where there is a Redis. */
  readonly cacheStore?: CacheStore | undefined;
  close(): Promise<void>;
}
