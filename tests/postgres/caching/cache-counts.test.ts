import { afterAll, beforeAll, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { CacheCounts } from "#shared/caching/cache-counts.ts";
import { type Caches, createCaches } from "#shared/caching/caches.ts";
import { tellDigest } from "#shared/caching/digest.ts";
import { writeSettings } from "#shared/caching/settings.ts";
import { readHotPaths, readStatistics } from "#shared/caching/statistics.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

let testDatabase: TestDatabase;
let pool: ReturnType<typeof createPool>;
let db: Database;
const logged: string[] = [];
const log = jsonLogger(
  (line) => logged.push(line),
  () => true,
);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = createPool({ connectionString: testDatabase.url, applicationName: "cache-counts-test", max: 6 });
  db = postgresDatabase(pool);
});
afterAll(async () => {
  await pool.end();
  await testDatabase.drop();
});

const HOUR_MS = 3_600_000;
const CAUSE = { actor: "system:digest-caches", traceparent: "" };
const newCaches = (): Caches => createCaches({ clock: Date.now, peers: "alone" });

it("adds up what processes counted, by route, of all tenants or of one", async () => {
  const since = new Date();
  for (let process = 0; process < 2; process++) {
    const caches = newCaches();
    const counts = new CacheCounts({ database: db, caches, log });
    const { responses } = caches;
    Object.assign(responses.counts.of("getGoal", "acme"), { hits: 30, fills: 4, fillMs: 10, collapsed: 1 });
    responses.counts.of("getGoal", "acme").misses.stale = 10;
    responses.counts.of("getGoal", "acme").misses.request = 1_000;
    responses.counts.of("getGoal", "globex").hits = 5;
    responses.hotKeys.putBack([
      { key: "t:acme api /v1/goals/1", operationId: "getGoal", hits: 20 },
      { key: "u:acme:ada api /v1/goals/1", operationId: "getGoal", hits: 2 },
      { key: "t:globex api /v1/goals/2", operationId: "getGoal", hits: 5 },
    ]);
    await counts.keep();
    responses.counts.of("listGoals", "acme").hits = 1;
    await counts.close(); // what is left is kept, too
  }
  expect(await readStatistics(db, { since, tenantId: "acme" })).toEqual([
    {
      operationId: "getGoal",
      hits: 60,
      misses: { "uri-miss": 0, stale: 20, request: 2_000, bypass: 0 },
      collapsed: 2,
      stored: 0,
      storedBytes: 0,
      hitRate: 0.75,
      averageFillMs: 2.5,
    },
    expect.objectContaining({ operationId: "listGoals", hits: 2, hitRate: 1, averageFillMs: null }),
  ]);
  expect((await readStatistics(db, { since }))[0]).toMatchObject({ operationId: "getGoal", hits: 70 });
  expect(await readHotPaths(db, { since }, 10)).toEqual([
    { tenantId: "acme", operationId: "getGoal", path: "/v1/goals/1", hits: 44 },
    { tenantId: "globex", operationId: "getGoal", path: "/v1/goals/2", hits: 10 },
  ]);
  expect(await readStatistics(db, { since: new Date(Date.now() + HOUR_MS) })).toEqual([]);
});

it("loses no count while the database is away", async () => {
  const away: Database = {
    query: () => Promise.reject(new Error("the database is away")),
    batch: () => Promise.reject(new Error("the database is away")),
  };
  const caches = newCaches();
  const counts = new CacheCounts({ database: away, caches, log });
  caches.responses.counts.of("getGoal", "acme").hits = 3;
  caches.responses.hotKeys.putBack([{ key: "t:acme api /v1/goals/1", operationId: "getGoal", hits: 3 }]);
  await counts.close();
  expect(logged.join("\n")).toContain("the counts of the cache could not be kept");
  expect(caches.responses.counts.take()).toMatchObject([{ hits: 3 }]);
  expect(caches.responses.hotKeys.take(5)).toMatchObject([{ hits: 3 }]);
});

/** Counts of the hour before `hoursAhead` from now. */
async function count(hoursAhead: number, hits: number, stale: number, hotHits: number): Promise<() => number> {
  const nowMs = Date.now() + hoursAhead * HOUR_MS;
  const hour = new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS - HOUR_MS);
  await db.batch([
    sql`insert into cache_counts values (${hour}, 'acme', 'listGoals', ${hits}, 0, ${stale}, 0, 0, 0, 0, 0, ${stale}, 12.5)`,
    sql`insert into cache_hot_keys values (${hour}, 'acme', '/v1/goals?limit=5', 'listGoals', ${hotHits})`,
  ]);
  return () => nowMs;
}
const told = async (name: string) =>
  await db.query(sql<{ tenantId: string; data: object }>`select tenant_id, data from events where name = ${name}`);

it("tells an hour once, whoever is asked, and what gives cause for alarm", async () => {
  const clock = await count(10, 4_000, 1_000, 3_000);
  const tellings = await Promise.all([1, 2, 3].map(() => tellDigest({ db, clock }, CAUSE)));
  expect(tellings.filter(({ length }) => length > 0)).toEqual([
    ["caching.digest_ready", "caching.hit_rate_dropped", "caching.hot_key_found"],
  ]);
  const [digest, ...others] = await told("caching.digest_ready");
  expect(others).toEqual([]);
  expect(digest).toMatchObject({
    tenantId: "platform",
    data: {
      requests: 5_000,
      hits: 4_000,
      hitRate: 0.8,
      targetHitRate: 0.95,
      routes: [{ operationId: "listGoals", targetHitRate: 0.95, averageFillMs: 0.0125 }],
      hotKeys: [{ tenantId: "acme", path: "/v1/goals?limit=5", hits: 3_000 }],
    },
  });
  expect(await told("caching.hit_rate_dropped")).toMatchObject([
    { data: { operationId: "listGoals", hitRate: 0.8, misses: { stale: 1_000 }, hotKeys: [{ hits: 3_000 }] } },
  ]);
  expect(await told("caching.hot_key_found")).toMatchObject([
    { data: { tenantId: "acme", path: "/v1/goals?limit=5", hits: 3_000, share: 0.75 } },
  ]);
});

it("tells an alarm again only after it had ended", async () => {
  const tell = async (...hour: Parameters<typeof count>) =>
    await tellDigest({ db, clock: await count(...hour) }, CAUSE);
  expect(await tell(11, 4_000, 1_000, 3_000)).toEqual(["caching.digest_ready"]);
  expect(await tell(12, 9_900, 100, 1_500)).toEqual(["caching.digest_ready"]); // all is well
  expect(await tell(13, 4_000, 1_000, 500)).toEqual(["caching.digest_ready", "caching.hit_rate_dropped"]);
});

it("judges by the settings in force, and says nothing of an hour without a request", async () => {
  const change = { targetHitRate: 0.5, hotShare: 0.9, reason: "a test", setBy: "user:ada" };
  await db.query(writeSettings(change));
  const clock = await count(14, 4_000, 1_000, 3_000);
  expect(await tellDigest({ db, clock }, CAUSE)).toEqual(["caching.digest_ready"]);
  expect(await tellDigest({ db, clock: () => Date.now() + 20 * HOUR_MS }, CAUSE)).toEqual([]);
});
