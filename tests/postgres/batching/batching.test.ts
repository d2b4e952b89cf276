import { afterAll, beforeAll, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { type PostgresSignals, postgresSignals } from "#shared/adapters/postgres/signals.ts";
import { Batching } from "#shared/batching/batching.ts";
import { changeSettings } from "#shared/batching/change-settings.ts";
import { tellDigest } from "#shared/batching/digest.ts";
import type { LoadKind } from "#shared/batching/load-kind.ts";
import { readReport } from "#shared/batching/read-report.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

let testDatabase: TestDatabase;
let pool: ReturnType<typeof createPool>;
let db: Database;
const signals: PostgresSignals[] = [];
const processes: Batching[] = [];
const logged: string[] = [];

/** Two processes as far as batching knows: each with a listening connection and a coalescer of its own. */
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = createPool({ connectionString: testDatabase.url, applicationName: "batching-test", max: 6 });
  db = postgresDatabase(pool);
  const log = jsonLogger(
    (line) => logged.push(line),
    () => true,
  );
  for (let i = 0; i < 2; i++) {
    const own = await postgresSignals({ connectionString: testDatabase.url, applicationName: "batching-test" });
    signals.push(own);
    processes.push(new Batching({ database: db, signals: own, log }));
  }
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.close()));
  await Promise.all(signals.map((each) => each.close()));
  await pool.end();
  await testDatabase.drop();
});

const processOf = (i: number): Batching => {
  const found = processes[i];
  if (!found) throw new Error("not started");
  return found;
};
const contextOf = (i: number) => {
  const own = signals[i];
  if (!own) throw new Error("not started");
  return { db, signals: own, batching: processOf(i) };
};

const NUMBERS: LoadKind<number> = {
  name: "numbers",
  load: async (on, _, keys) => {
    const rows = await on.query(sql<{ n: number }>`select n::int from unnest(${keys}::text[]) as n`);
    return new Map(rows.map(({ n }) => [String(n), n]));
  },
};

it("changes what is named, here at once and in every process within a second", async () => {
  await changeSettings(contextOf(0), { budgetMs: 2.5, reason: "a test", setBy: "user:ada" });
  expect(processOf(0).coalescer.settings).toMatchObject({ budgetMs: 2.5, mostKeys: 200 });
  await expect.poll(() => processOf(1).coalescer.settings.budgetMs, { timeout: 1000, interval: 5 }).toBe(2.5);
  await changeSettings(contextOf(1), { mostKeys: 50, reason: "another", setBy: "user:grace" });
  expect(processOf(1).coalescer.settings).toMatchObject({ budgetMs: 2.5, mostKeys: 50, setBy: "user:grace" });
});

it("keeps what each process counted, by kind and route, and adds it up", async () => {
  for (const each of processes) {
    const loads = each.coalescer.for(db, () => "getNumber");
    await Promise.all(["1", "2", "2", "3"].map((key) => loads.one(NUMBERS, "acme", key)));
  }
  await processOf(1)
    .coalescer.for(db, () => "listNumbers")
    .one(NUMBERS, "acme", "4");
  await processOf(1).keepCounts();
  const report = await readReport({ db, clock: Date.now, batching: processOf(0) }, undefined);
  expect(report.routes).toMatchObject([
    { kind: "numbers", route: "getNumber", loads: 8, equal: 2, statements: 2, savedShare: 0.75 },
    { kind: "numbers", route: "listNumbers", loads: 1, equal: 0, statements: 1, savedShare: 0 },
  ]);
  expect(report.kinds).toMatchObject([{ kind: "numbers", loads: 9, equal: 2, statements: 3 }]);
  expect(report.kinds[0]?.waitP99Ms).toBeGreaterThan(0);
  expect(report.settings).toMatchObject({ budgetMs: 2.5, mostKeys: 50, reason: "another" });
});

it("loses no count while the database is away", async () => {
  const away: Database = {
    query: () => Promise.reject(new Error("the database is away")),
    batch: () => Promise.reject(new Error("the database is away")),
  };
  const own = contextOf(0).signals;
  const log = jsonLogger(
    (line) => logged.push(line),
    () => true,
  );
  const cut = new Batching({ database: away, signals: own, log });
  await cut.coalescer.for(db, () => "getNumber").one(NUMBERS, "acme", "1");
  await cut.keepCounts();
  expect(logged.join("\n")).toContain("the counts of loads could not be kept");
  expect(cut.coalescer.takeCounts()).toMatchObject([{ kind: "numbers", loads: 1 }]);
  await cut.close();
});

it("tells the digest of the last whole hour once, whoever is asked", async () => {
  const nextHour = () => Date.now() + 3_600_000;
  const cause = { actor: "system:digest-batching", traceparent: "" };
  const told = await Promise.all([1, 2, 3].map(() => tellDigest({ db, clock: nextHour }, cause)));
  expect(told.filter(Boolean)).toEqual([true]);
  const [event, ...others] = await db.query(
    sql<{ tenantId: string; data: object }>`select tenant_id, data from events where name = 'batching.digest_ready'`,
  );
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    tenantId: "platform",
    data: { budgetMs: 2.5, mostKeys: 50, kinds: [{ kind: "numbers", loads: 9, statements: 3 }] },
  });
  const nobodyAsked = () => Date.now() + 10 * 3_600_000;
  expect(await tellDigest({ db, clock: nobodyAsked }, cause)).toBe(false);
});
