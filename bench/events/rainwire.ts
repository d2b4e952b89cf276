import type pg from "pg";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { createEndpoint } from "#shared/webhooks/endpoints.ts";
import { createHostProcess, type HostProcess } from "#tests/support/host-process.ts";
import type { Contender } from "./contender.ts";

const RAINWIRE_SECRET = "bench-events-secret-of-the-host-1";
const ALLOWED_HOSTS = "127.0.0.1";
const INSERTED_AT_ONCE = 20;

export interface Subscribed {
  tenantId: string;
  urls: string[];
}

export interface RainwireOptions {
  pool: pg.Pool;
  host: HostProcess;
}

/** A host as anyone runs it, in a process of its own. @param nodeOptions flags of Node for it */
export async function startRainwire(dataDir: string, nodeOptions: string): Promise<HostProcess> {
  const env = {
    RAINWIRE_SECRET,
    ALLOWED_HOSTS,
    LOG_LEVEL: "warn",
    NODE_OPTIONS: nodeOptions,
    N8N_URL: "http://127.0.0.1:9",
  };
  const host = await createHostProcess(dataDir, env);
  host.start();
  await host.ready();
  return host;
}

/** What a host delivers for these tenants, each to its own endpoints. */
export async function openRainwire(
  { pool, host }: RainwireOptions,
  name: string,
  subscribed: readonly Subscribed[],
  { way = "emit", hasDead = false }: { way?: "emit" | "batch"; hasDead?: boolean } = {},
): Promise<Contender> {
  const ctx = { db: postgresDatabase(pool), secret: RAINWIRE_SECRET, allowedHosts: [ALLOWED_HOSTS] };
  const input = { eventTypes: ["execution.*"], description: "", isOrdered: false };
  const wanted = subscribed.flatMap(({ tenantId, urls }) => urls.map((url) => ({ tenantId, url })));
  const secrets: string[] = [];
  while (wanted.length > 0) {
    const made = await Promise.all(
      wanted.splice(0, INSERTED_AT_ONCE).map(({ tenantId, url }) => createEndpoint(ctx, tenantId, { url, ...input })),
    );
    for (const endpoint of made) {
      if (isFailure(endpoint)) throw new Error(`An endpoint was refused: ${endpoint.detail}`);
      secrets.push(endpoint.secret);
    }
  }
  return {
    name,
    settings: `one host process as it comes, PostgreSQL and nothing else; ${way === "emit" ? "events that come together share a transaction" : "a transaction for each event"}`,
    way: { name: way },
    tenants: subscribed.map(({ tenantId }) => tenantId),
    secret: secrets.length === 1 ? secrets[0] : undefined,
    pids: { host: host.pid ?? 0 },
    unsettledCount: hasDead ? undefined : () => countUnsettled(pool),
    async close() {
      await pool.query("delete from webhook_endpoints");
      await pool.query("truncate endpoint_deliveries, endpoint_attempts, outbox, events");
    },
  };
}

async function countUnsettled(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select (select count(*) from outbox where available_at < now() + interval '1 second') + (select count(*) from endpoint_deliveries where status = 'queued') as count`,
  );
  return rows[0]?.count ?? 0;
}
