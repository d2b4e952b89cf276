import { openAdapters } from "#adapters";
import { createAuth } from "#shared/accounts/auth.ts";
import { createSessionCache } from "#shared/accounts/session-cache.ts";
import { Batching } from "#shared/batching/batching.ts";
import { CacheCounts } from "#shared/caching/cache-counts.ts";
import { createCaches } from "#shared/caching/caches.ts";
import { createCdnPurger } from "#shared/caching/purge-cdn.ts";
import type { UsageSink } from "#shared/costs/usage-record.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { Limits } from "#shared/limits/limits.ts";
import type { TokenTimings } from "#shared/tokens/timings.ts";
import { createTokenState } from "#shared/tokens/token-state.ts";
import { createEndpointGate } from "#shared/webhooks/endpoint-gate.ts";
import { createOpenedSecrets } from "#shared/webhooks/endpoint-secrets.ts";
import { readConfig } from "./config.ts";
import type { Instance } from "./instance.ts";

/** Builds the process's {@link Instance} from its env. Throws ConfigError when something is missing. */
export async function createInstance(
  env: object,
  { log, usage, timings }: { log: Logger; usage: UsageSink; timings?: Partial<TokenTimings> },
): Promise<Instance> {
  const config = readConfig(env);
  const adapters = await openAdapters(config, (error) => log.warn("a connection broke", { error: error.message }));
  const sessionCache = adapters.shared && createSessionCache(adapters.shared.cache, systemClock);
  const { sharesWork } = adapters;
  const tokens = createTokenState({
    secret: config.secret,
    publicUrl: config.publicUrl,
    clock: systemClock,
    signals: adapters.signals,
    sharesWork,
    ...(timings && { timings }),
  });
  const caches = createCaches({ clock: systemClock, peers: adapters.peers ?? "none" });
  const auth = createAuth({
    drizzle: adapters.drizzle,
    database: adapters.database,
    hasTransactions: adapters.hasTransactions,
    secret: config.secret,
    publicUrl: config.publicUrl,
    trustedOrigins: [config.publicUrl],
    addressHeader: ADDRESS_HEADER,
    counters: adapters.shared?.counters,
    sessionCache,
    signJwt: (claims) => tokens.sign(adapters.database, claims),
    log: (level, message) => log[level](message, { part: "accounts" }),
  });
  const { database, signals } = adapters;
  const limits = new Limits({
    database,
    signals,
    clock: systemClock,
    log,
    store: adapters.shared?.quotas,
    counters: adapters.shared?.counters,
    canShare: sharesWork,
  });
  const cacheCounts = sharesWork ? new CacheCounts({ database, caches, log }) : undefined;
  const cdnPurger = config.cdn && createCdnPurger({ cdn: config.cdn, sender: adapters.sender, log, sharesWork });
  const batching = sharesWork ? new Batching({ database, signals, log }) : undefined;
  return {
    config,
    database: adapters.database,
    signals: adapters.signals,
    sender: adapters.sender,
    publisher: adapters.qstash.publisher,
    deliveryVerifier: adapters.qstash.verifier,
    n8n: adapters.n8n,
    auth,
    tokens,
    sessionCache,
    batching,
    caches,
    cacheCounts,
    cdnPurger,
    endpointGate: createEndpointGate(),
    openedSecrets: createOpenedSecrets(),
    limits,
    usage,
    log,
    clock: systemClock,
    random: Math.random,
    close: async () => {
      tokens.close();
      caches.close();
      await limits.close();
      await batching?.close();
      await cacheCounts?.close();
      await adapters.close();
    },
  };
}
