import type pg from "pg";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { createEndpoint } from "#shared/webhooks/endpoints.ts";
import { createHostProcess } from "#tests/support/host-process.ts";
import type { Contender } from "./contender.ts";
import { TENANTS, tenantIdOf, USERS } from "./people.ts";
import { seed, sessionTokenOf } from "./seed.ts";

const RAINWIRE_SECRET = "bench-edge-secret-of-the-rainwire-host";
const ALLOWED_HOSTS = "127.0.0.1";

export interface RainwireOptions {
  dataDir: string;
  pool: pg.Pool;
  webhookUrl: string;
  goalsPerUser: number;
  nodeOptions: string;
}

/** A host as anyone starts it, in a process of its own, with a webhook endpoint for each tenant. */
export async function openRainwire({ dataDir, pool, webhookUrl, goalsPerUser, nodeOptions }: RainwireOptions) {
  const env = { RAINWIRE_SECRET, ALLOWED_HOSTS, LOG_LEVEL: "warn", N8N_URL: "http://127.0.0.1:9" };
  const host = await createHostProcess(dataDir, { ...env, NODE_OPTIONS: nodeOptions });
  host.start();
  await host.ready();
  await seed(pool, { column: "snake" }, goalsPerUser);
  await raiseLimits(pool);
  const ctx = { db: postgresDatabase(pool), secret: RAINWIRE_SECRET, allowedHosts: [ALLOWED_HOSTS] };
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    const input = { url: webhookUrl, eventTypes: ["goal.*"], description: "", isOrdered: false };
    const made = await createEndpoint(ctx, tenantIdOf(tenant), input);
    if (isFailure(made)) throw new Error(`An endpoint was refused: ${made.detail}`);
  }
  const headers: string[] = [];
  for (let user = 0; user < USERS; user++) headers.push(await signIn(host.url, user));
  const contender: Contender = {
    name: "Rainwire",
    port: Number(new URL(host.url).port),
    paths: { list: "/v1/goals?userId={userId}&include=milestones", check: "/v1/workflow-mappings" },
    headers,
    pids: [host.pid ?? 0],
    unfinished: () => countUnfinished(pool),
    close: () => host.stop(),
  };
  return contender;
}

/** Everybody is counted, and nobody refused: in force a second later. */
async function raiseLimits(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into limit_overrides (subject_kind, subject_id, is_block, limit_units, window_ms, reason, set_by)
     select kind, '*', false, 100000000, 60000, 'bench', 'system:bench' from unnest(array['user', 'tenant']) kind`,
  );
}

/** What an app does after a sign-in: it trades the session for an access token. */
async function signIn(url: string, user: number): Promise<string> {
  const answer = await fetch(`${url}/auth/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${sessionTokenOf(user)}`, "content-type": "application/json" },
    body: "{}",
  });
  const said = (await answer.json()) as { accessToken?: string };
  if (said.accessToken === undefined)
    throw new Error(`No access token for user ${user}: ${answer.status} ${JSON.stringify(said)}`);
  return `authorization: Bearer ${said.accessToken}\r\n`;
}

async function countUnfinished(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select ((select count(*) from outbox where available_at < now() + interval '1 second')
       + (select count(*) from endpoint_deliveries where status = 'queued'))::int as count`,
  );
  return rows[0]?.count ?? 0;
}
