import { afterAll, beforeAll, expect, it } from "vitest";
import type { Host } from "#hosts/node/start-host.ts";
import { tellDigest } from "#shared/caching/digest.ts";
import { sql } from "#shared/database/sql.ts";
import { eventually } from "#tests/support/n8n.ts";
import { type N8nHost, shippedWorkflow, startN8nHost } from "#tests/support/n8n-host.ts";

/** The caches' digests and alarms through the real n8n, a real host and a real PostgreSQL. */
const CAUSE = { actor: "system:digest-caches", traceparent: "" };
const HOUR_MS = 3_600_000;
const LIST = "/v1/goals?limit=7";

let world: N8nHost;
let host: Host;

beforeAll(async () => {
  world = await startN8nHost([shippedWorkflow("auto-cache-invalidation")]);
  host = world.host;
});
afterAll(() => world?.close());

const db = () => host.instance.database;
const tenantId = () => host.firstAccount?.tenantId ?? "";
const getList = async () =>
  (await fetch(`${host.url}${LIST}`, { headers: world.asOperator })).headers.get("cache-status") ?? "";

interface Counted {
  hits?: number;
  uriMiss?: number;
  stale?: number;
  /** Of the list. */
  hotHits?: number;
}

/** What the running process counted of the list. */
async function statsOfList(): Promise<object | undefined> {
  const answer = await fetch(`${host.url}/ops/v1/cache/stats?tenantId=${tenantId()}`, {
    headers: world.asOperator,
  });
  const { routes } = (await answer.json()) as { routes: { operationId: string }[] }; // safe: asserted by use
  return routes.find(({ operationId }) => operationId === "listGoals");
}

/** Counts an hour that is to come, tells its digest as the clock would, and gives what it told. */
async function hour(ahead: number, { hits = 0, uriMiss = 0, stale = 0, hotHits = 0 }: Counted) {
  const nowMs = Date.now() + ahead * HOUR_MS;
  const began = new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS - HOUR_MS);
  await db().batch([
    sql`insert into cache_counts values (${began}, ${tenantId()}, 'listGoals', ${hits}, ${uriMiss}, ${stale}, 0, 0, 0, 0, 0, 0, 0)`,
    sql`insert into cache_hot_keys values (${began}, ${tenantId()}, ${LIST}, 'listGoals', ${hotHits})`,
  ]);
  const told = await tellDigest({ db: db(), clock: () => nowMs }, CAUSE);
  return { told, since: began.toISOString() };
}

interface Run {
  status: string;
  result: { decision: string; why: string; warnings: string[]; paths: string[]; answers: object[] } | null;
  errorMessage: string | null;
}

/** The run that an hour's event drove, once it has ended. */
const runOf = (trigger: string, since: string): Promise<Run> =>
  eventually(
    `the run of ${trigger} to end`,
    async () => {
      const [run] = await db().query(sql<Run>`select status, result, error_message from workflow_executions
        where trigger = ${trigger} and payload ->> 'since' = ${since} and tenant_id = 'platform'
          and status in ('succeeded', 'failed', 'timed_out')`);
      return run;
    },
    90_000,
  );

it("reports a digest and leaves the caches alone", async () => {
  for (let i = 0; i < 5; i++) await getList();
  expect(await statsOfList()).toMatchObject({ hits: 4, misses: { "uri-miss": 1 }, stored: 1, hitRate: 0.8 });
  const { told, since } = await hour(2, { hits: 1_960, uriMiss: 40 });
  expect(told).toEqual(["caching.digest_ready"]);
  expect(await runOf("caching.digest_ready", since)).toMatchObject({
    status: "succeeded",
    result: { decision: "none", why: "1960 of 2000 requests were hits: 98 %.", warnings: [], paths: [], answers: [] },
  });
  expect(await getList()).toMatch(/^rainwire; hit/);
});

it("forgets the hottest answers and reads them anew when a hit rate drops since they grow old", async () => {
  const { told, since } = await hour(3, { hits: 1_200, stale: 800, hotHits: 100 });
  expect(told).toEqual(["caching.digest_ready", "caching.hit_rate_dropped"]);
  expect(await runOf("caching.hit_rate_dropped", since)).toMatchObject({
    status: "succeeded",
    result: {
      decision: "renew",
      why: "listGoals: 60 % of 2000 requests were hits, 95 % are wanted; most others had changed or were too old.",
      paths: [LIST],
      answers: [{ path: LIST, status: 200, cacheStatus: "rainwire; fwd=uri-miss; stored" }],
    },
  });
  expect(await getList()).toMatch(/^rainwire; hit/);
  expect((await runOf("caching.digest_ready", since)).result?.warnings).toEqual(["listGoals: 60 % of 95 % wanted."]);
});

it("reads a hot answer ahead, and says so once while it is hot", async () => {
  await db().query(sql`update caching_settings set target_hit_rate = 0.5`);
  await fetch(`${host.url}/ops/v1/cache/invalidate`, {
    method: "POST",
    headers: world.asOperator,
    body: JSON.stringify({ prefix: "/" }),
  });
  const { told, since } = await hour(4, { hits: 9_000, uriMiss: 1_000, hotHits: 3_600 });
  expect(told).toEqual(["caching.digest_ready", "caching.hot_key_found"]);
  expect(await runOf("caching.hot_key_found", since)).toMatchObject({
    status: "succeeded",
    result: { decision: "warm", why: `40 % of all hits (about 3600) were of ${LIST}.`, answers: [{ status: 200 }] },
  });
  expect(await getList()).toMatch(/^rainwire; hit/);
  expect((await hour(5, { hits: 9_000, hotHits: 3_600 })).told).toEqual(["caching.digest_ready"]);
});

it("fails with the reason when it may not, and the caches go on without it", async () => {
  await db().query(sql`update workflow_mappings set operations = '["run:caches.warm"]'
    where workflow_id = 'auto-cache-invalidation'`);
  await db().query(sql`update caching_settings set target_hit_rate = 0.95`);
  const { told, since } = await hour(6, { hits: 100, stale: 900, hotHits: 20 });
  expect(told).toEqual(["caching.digest_ready", "caching.hit_rate_dropped"]);
  expect(await runOf("caching.hit_rate_dropped", since)).toMatchObject({
    status: "failed",
    errorMessage: "Invalidate Answers was refused (403): This operation needs the scope run:caches.invalidate.",
  });
  expect(await getList()).toMatch(/^rainwire; (hit|fwd=(stale|uri-miss); stored)/);
});
