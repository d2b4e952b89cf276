import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { createApiKey } from "#shared/accounts/api-keys.ts";
import { createAuth } from "#shared/accounts/auth.ts";
import { createAccount, ownerPrincipal } from "#shared/accounts/create-account.ts";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import type { Scope } from "#shared/accounts/scopes.ts";
import { n8nLookups } from "#shared/adapters/n8n/n8n-lookups.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { createSender } from "#shared/adapters/undici/sender.ts";
import { CacheCounts } from "#shared/caching/cache-counts.ts";
import { createCaches } from "#shared/caching/caches.ts";
import { beginInvocation } from "#shared/costs/invocation.ts";
import type { Database } from "#shared/database/database.ts";
import { localSignals, type Signals } from "#shared/events/signals.ts";
import type { Edge } from "#shared/http/edge.ts";
import { serveEdge } from "#shared/http/serve-edge.ts";
import { type Clock, systemClock } from "#shared/kernel/clock.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { Limits, type LimitsOptions } from "#shared/limits/limits.ts";
import type { Config } from "#shared/runtime/config.ts";
import type { HostContext } from "#shared/runtime/host-context.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { childTrace, parseTraceparent } from "#shared/tracing/trace-context.ts";
import { createEndpointGate } from "#shared/webhooks/endpoint-gate.ts";
import { createOpenedSecrets } from "#shared/webhooks/endpoint-secrets.ts";
import { testTokens } from "./accounts.ts";
import { createTestDatabase } from "./database.ts";

const ORIGIN = "http://rainwire.test";
const CONFIG: Config = {
  databaseUrl: "postgres://unused",
  qstash: {
    baseUrl: "https://qstash.upstash.io",
    token: undefined,
    currentSigningKey: undefined,
    nextSigningKey: undefined,
  },
  queues: { via: "platform", ticketsUrl: `${ORIGIN}/tickets` },
  secret: "a secret of the tests, long enough to sign with",
  publicUrl: ORIGIN,
  hooksUrl: `${ORIGIN}/hooks`,
  allowedHosts: ["127.0.0.1"],
  proxies: { trustedProxies: [], forwardedHeader: "x-forwarded-for" },
  logLevel: "info",
};

export interface TestTenant {
  readonly tenantId: string;
  readonly userId: string;
  readonly owner: UserPrincipal;
  /** An API key with every scope that the owner holds. */
  readonly key: string;
  /** An API key with these scopes only. */
  keyWith(...scopes: Scope[]): Promise<string>;
}

export interface TestInstance {
  readonly databaseUrl: string;
  readonly instance: Instance;
  readonly limits: Limits;
  readonly database: Database;
  readonly pool: pg.Pool;
  readonly signals: Signals;
  readonly secret: string;
  /** Log lines of level info and above. */
  readonly logged: string[];
  tenant(options?: { isOperator?: boolean; isFinance?: boolean }): Promise<TestTenant>;
  /** Sends a request to an edge as a host would. */
  fetch(edge: Edge, path: string, init?: RequestInit): Promise<Response>;
  /** What a host hands to a handler beside its env. */
  context(): HostContext;
  close(): Promise<void>;
}

let accounts = 0;

/** What a host makes of its env, on a database of its own. */
export async function openTestInstance(
  options: Pick<Instance, "deliveryVerifier" | "cdnPurger"> & {
    env?: object;
    clock?: Clock;
    limits?: Partial<LimitsOptions>;
    /** Another process's instance, whose database and signals this one shares. */
    beside?: TestInstance;
  } = {},
): Promise<TestInstance> {
  const { beside } = options;
  const testDatabase = beside ? undefined : await createTestDatabase();
  const url = beside?.databaseUrl ?? testDatabase?.url ?? "";
  const pool = createPool({ connectionString: url, applicationName: "functions-test", max: 6 });
  const database = postgresDatabase(pool);
  const signals = beside?.signals ?? localSignals();
  const sender = createSender({ allowedHosts: CONFIG.allowedHosts });
  const logged: string[] = [];
  const tokens = testTokens(CONFIG.secret);
  const auth = createAuth({
    drizzle: drizzle(pool),
    database,
    hasTransactions: true,
    secret: CONFIG.secret,
    publicUrl: CONFIG.publicUrl,
    trustedOrigins: [],
    signInLimit: false,
    signJwt: (claims) => tokens.sign(database, claims),
  });
  const log = jsonLogger(
    (line) => logged.push(line),
    (level) => level !== "debug",
  );
  const clock = options.clock ?? systemClock;
  const limits = new Limits({ database, signals, clock, log, canShare: true, ...options.limits });
  const caches = createCaches({ clock: systemClock, peers: "alone" });
  const cacheCounts = new CacheCounts({ database, caches, log });
  const instance: Instance = {
    config: CONFIG,
    database,
    signals,
    sender,
    deliveryVerifier: options.deliveryVerifier,
    n8n: n8nLookups(sender),
    auth,
    tokens,
    caches,
    cacheCounts,
    cdnPurger: options.cdnPurger,
    endpointGate: createEndpointGate(),
    openedSecrets: createOpenedSecrets(),
    limits,
    usage: { record: () => undefined },
    log,
    clock,
    random: Math.random,
    close: async () => undefined,
  };

  async function tenant({ isOperator = false, isFinance = false } = {}): Promise<TestTenant> {
    accounts += 1;
    const account = { email: `owner-${accounts}@example.com`, password: "correct horse battery", name: "Owner" };
    const input = { ...account, tenantName: `Tenant ${accounts}`, isOperator, isFinance };
    const made = await createAccount({ auth, database }, input);
    if (made.kind !== "created") throw new Error(made.kind);
    const owner = ownerPrincipal(made.tenantId, made.userId, isOperator, isFinance);
    const keyWith = async (...scopes: Scope[]) => {
      const key = await createApiKey({ auth, database, principal: owner }, { name: "Test", scopes });
      if (key.kind !== "created") throw new Error(key.kind);
      return key.key;
    };
    return { tenantId: made.tenantId, userId: made.userId, owner, key: await keyWith(...owner.scopes), keyWith };
  }

  const background = new Set<Promise<unknown>>();

  const context = (traceparent: string | null = null): HostContext => ({
    instance,
    invocation: beginInvocation("test", "http", childTrace(parseTraceparent(traceparent)), Date.now()),
    waitUntil: (work) => background.add(work),
  });

  async function fetch(edge: Edge, path: string, init?: RequestInit): Promise<Response> {
    const request = new Request(`${ORIGIN}${path}`, init);
    return await serveEdge(edge, request, options.env ?? {}, context(request.headers.get("traceparent")));
  }

  return {
    databaseUrl: url,
    instance,
    limits,
    context,
    database,
    pool,
    signals,
    secret: CONFIG.secret,
    logged,
    tenant,
    fetch,
    async close() {
      await Promise.allSettled(background);
      await limits.close();
      await cacheCounts.close();
      await sender.close();
      await pool.end();
      await testDatabase?.drop();
    },
  };
}

/** The init of a JSON request with a bearer credential. */
export const asking = (
  credential: string | undefined,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): RequestInit => ({
  method,
  headers: {
    ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});
