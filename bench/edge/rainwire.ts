import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { migrate } from "#hosts/starting/migrate.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import "#shared/adapters/postgres/pool.ts"; // counts come as numbers
import { isFailure } from "#shared/kernel/errors.ts";
import { createEndpoint } from "#shared/webhooks/endpoints.ts";
import { createHostProcess } from "#tests/support/host-process.ts";
import type { Contender } from "./contender.ts";
import { benchPool, createDatabase } from "./databases.ts";
import { OPERATOR, TENANTS, tenantIdOf, USERS, userIdOf } from "./people.ts";
import { seed, sessionTokenOf } from "./seed.ts";

const RAINWIRE_SECRET = "bench-edge-secret-of-the-rainwire-host";
const ALLOWED_HOSTS = "127.0.0.1";
const SIGNED_IN_AT_ONCE = 16;
/** An access token holds for a quarter of an hour; nobody is measured with one older than this and the turn. */
const SIGN_IN_AGAIN_MS = 300_000;

/** Makes the database of a host: the people and their goals, and a webhook endpoint for each tenant. Nobody stays connected. */
export async function prepareRainwire(
  serverUrl: string,
  name: string,
  { webhookUrl, goalsPerUser }: { webhookUrl: string; goalsPerUser: number },
): Promise<string> {
  const databaseUrl = await createDatabase(serverUrl, name);
  const pool = benchPool(databaseUrl);
  try {
    await migrate(pool, join(import.meta.dirname, "../../migrations"));
    await seed(pool, { column: "snake" }, goalsPerUser);
    await pool.query(`update "user" set is_operator = true where id = $1`, [userIdOf(OPERATOR)]);
    await raiseLimits(pool);
    const ctx = { db: postgresDatabase(pool), secret: RAINWIRE_SECRET, allowedHosts: [ALLOWED_HOSTS] };
    for (let tenant = 0; tenant < TENANTS; tenant++) {
      const input = { url: webhookUrl, eventTypes: ["goal.*"], description: "", isOrdered: false };
      const made = await createEndpoint(ctx, tenantIdOf(tenant), input);
      if (isFailure(made)) throw new Error(`An endpoint was refused: ${made.detail}`);
    }
  } finally {
    await pool.end();
  }
  return databaseUrl;
}

export interface RainwireOptions {
  name: string;
  databaseUrl: string;
  /** A folder of its own. */
  dataDir: string;
  nodeOptions?: string;
  /** What starts it, where that is not the host's own entry. */
  entry?: string;
}

/** A host as anyone starts it, in a process of its own, on a database that {@link prepareRainwire} made. */
export async function openRainwire({ name, databaseUrl, dataDir, nodeOptions = "", entry }: RainwireOptions) {
  await mkdir(dataDir, { recursive: true });
  const settings = { RAINWIRE_SECRET, ALLOWED_HOSTS, LOG_LEVEL: "warn", N8N_URL: "http://127.0.0.1:9" };
  const env = { ...settings, DATABASE_URL: databaseUrl, NODE_OPTIONS: nodeOptions };
  const host = await createHostProcess(dataDir, env, entry);
  host.start();
  await host.ready().catch(async (error: unknown) => {
    await host.kill();
    throw error;
  });
  const pool = benchPool(databaseUrl);
  let signedIn: { headers: readonly string[]; atMs: number } | undefined;
  const contender: Contender & { url: string } = {
    name,
    url: host.url,
    port: Number(new URL(host.url).port),
    paths: { list: "/v1/goals?userId={userId}&include=milestones", check: "/v1/me" },
    pids: [host.pid ?? 0],
    pool,
    keepsAnswers: true,
    async signIn() {
      if (!signedIn || performance.now() - signedIn.atMs > SIGN_IN_AGAIN_MS)
        signedIn = { headers: await signInAll(host.url), atMs: performance.now() };
      return signedIn.headers;
    },
    unfinished: () => countUnfinished(pool),
    async close() {
      await host.stop();
      await pool.end();
    },
  };
  return contender;
}

/** Everybody is counted, and nobody refused. */
async function raiseLimits(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into limit_overrides (subject_kind, subject_id, is_block, limit_units, window_ms, reason, set_by)
     select kind, '*', false, 100000000, 60000, 'bench', 'system:bench' from unnest(array['user', 'tenant']) kind`,
  );
}

async function signInAll(url: string): Promise<readonly string[]> {
  const headers: string[] = [];
  let next = 0;
  const signInOthers = async () => {
    for (let user = next++; user < USERS; user = next++) headers[user] = await signIn(url, user);
  };
  await Promise.all(Array.from({ length: SIGNED_IN_AT_ONCE }, signInOthers));
  return headers;
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
