import { openAdapters } from "#adapters";
import { createAuth } from "#shared/accounts/auth.ts";
import { createKeySet } from "#shared/accounts/key-set.ts";
import { createSessionCache } from "#shared/accounts/session-cache.ts";
import { Batching } from "#shared/batching/batching.ts";
import type { UsageSink } from "#shared/costs/usage-record.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { createEndpointGate } from "#shared/webhooks/endpoint-gate.ts";
import { createOpenedSecrets } from "#shared/webhooks/endpoint-secrets.ts";
import { readConfig } from "./config.ts";
import type { Instance } from "./instance.ts";

/** The header in which a host, and nobody else, states the client's address. */
export const ADDRESS_HEADER = "x-rainwire-address";

/** Builds the process's {@link Instance} from its env. Throws ConfigError when something is missing. */
export async function createInstance(
  env: object,
  { log, usage }: { log: Logger; usage: UsageSink },
): Promise<Instance> {
  const config = readConfig(env);
  const adapters = await openAdapters(config, (error) => log.warn("a connection broke", { error: error.message }));
  const sessionCache = adapters.shared && createSessionCache(adapters.shared.cache, systemClock);
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
    log: (level, message) => log[level](message, { part: "accounts" }),
  });
  const { database, signals } = adapters;
  const batching = adapters.sharesLoads ? new Batching({ database, signals, log }) : undefined;
  return {
    config,
    database: adapters.database,
    signals: adapters.signals,
    sender: adapters.sender,
    publisher: adapters.qstash.publisher,
    deliveryVerifier: adapters.qstash.verifier,
    n8n: adapters.n8n,
    auth,
    keySet: createKeySet(),
    sessionCache,
    batching,
    endpointGate: createEndpointGate(),
    openedSecrets: createOpenedSecrets(),
    usage,
    log,
    clock: systemClock,
    random: Math.random,
    async close() {
      await batching?.close();
      await adapters.close();
    },
  };
}
