import type { Auth } from "#shared/accounts/auth.ts";
import type { SessionCache } from "#shared/accounts/session-cache.ts";
import type { Batching } from "#shared/batching/batching.ts";
import type { CacheCounts } from "#shared/caching/cache-counts.ts";
import type { Caches } from "#shared/caching/caches.ts";
import type { CdnPurger } from "#shared/caching/purge-cdn.ts";
import type { UsageSink } from "#shared/costs/usage-record.ts";
import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import type { Limits } from "#shared/limits/limits.ts";
import type { TokenState } from "#shared/tokens/token-state.ts";
import type { EndpointGate } from "#shared/webhooks/endpoint-gate.ts";
import type { OpenedSecrets } from "#shared/webhooks/endpoint-secrets.ts";
import type { DeliveryVerifier, Publisher } from "#shared/webhooks/publisher.ts";
import type { Sender } from "#shared/webhooks/sender.ts";
import type { N8nPort } from "#shared/workflows/n8n-port.ts";
import type { Config } from "./config.ts";

/**
 * All state of a process: connections, caches, key sets. Made by the host (Node) or once per isolate (Workers) and
 * handed to every invocation; nothing of it hides in module scope.
 */
export interface Instance {
  readonly config: Config;
  readonly database: Database;
  readonly signals: Signals;
  readonly sender: Sender;
  /** Posts later, and again, through QStash; undefined without its token. */
  readonly publisher?: Publisher | undefined;
  /** Knows QStash's deliveries; undefined without its signing keys. */
  readonly deliveryVerifier?: DeliveryVerifier | undefined;
  readonly n8n: N8nPort;
  readonly auth: Auth;
  /** The keys of access tokens, credentials checked lately and what of them has changed. */
  readonly tokens: TokenState;
  /** Sessions checked lately, where processes share a cache; without one each look-up asks the database. */
  readonly sessionCache?: SessionCache | undefined;
  /** Brings loads of concurrent requests together; undefined where each request has I/O of its own. */
  readonly batching?: Batching | undefined;
  /** What was read lately, and what of it has changed. */
  readonly caches: Caches;
  /** Writes down what the caches count; undefined where nothing is kept. */
  readonly cacheCounts?: CacheCounts | undefined;
  /** Tells a CDN in front of changes; undefined where there is none. */
  readonly cdnPurger?: CdnPurger | undefined;
  /** What is in flight to each webhook endpoint. */
  readonly endpointGate: EndpointGate;
  /** Secrets of webhook endpoints, as opened so far. */
  readonly openedSecrets: OpenedSecrets;
  /** Who may go on, and what was used of each quota. */
  readonly limits: Limits;
  readonly usage: UsageSink;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  close(): Promise<void>;
}
