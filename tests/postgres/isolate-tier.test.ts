import type pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { CacheStore } from "#shared/caching/cache-store.ts";
import { createIsolateTier } from "#shared/caching/isolate-tier.ts";
import { memoryCacheStore } from "#shared/caching/memory-cache-store.ts";
import { Reads } from "#shared/caching/reads.ts";
import { createTagEpochs } from "#shared/caching/tag-epochs.ts";
import { keepHistory } from "#shared/events/keep-history.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

/** Isolates that share a store, on PostgreSQL as it is; their own clocks stand still until a test moves them. */

let test: TestDatabase;
let pool: pg.Pool;
let shared: CacheStore;
beforeEach(async () => {
  test = await createTestDatabase();
  pool = createPool({ connectionString: test.url, applicationName: "isolates-test", max: 4, wakes: "trigger" });
  shared = memoryCacheStore(Date.now);
});
afterEach(async () => {
  await pool.end();
  await test.drop();
});

const TAG = "goals:acme:1";

function isolate() {
  const state = { nowMs: 0, isCut: false, waitedMs: [] as number[] };
  const store: CacheStore = {
    ...shared,
    look: async (...args) => (state.isCut ? undefined : await shared.look(...args)),
    end: async (...args) => (state.isCut ? false : await shared.end(...args)),
  };
  const tier = createIsolateTier({
    store,
    database: postgresDatabase(pool),
    nowMs: () => state.nowMs,
    async wait(ms) {
      state.waitedMs.push(ms);
    },
  });
  return {
    state,
    touched: (tag: string) => tier.touched([tag]),
    look: (key = "a") => tier.look(key),
    textOf: async (key = "a") => (await tier.look(key))?.entry?.text,
    async keep(text: string, tag = TAG, key = "a") {
      const found = await tier.look(key);
      const reads = new Reads(createTagEpochs());
      reads.asked = found;
      await tier.keep(reads, key, { text, tags: [tag], leftMs: 60_000 });
    },
  };
}

/** As if it had been begun, or closed, long ago. */
const open = () =>
  pool.query("update cache_generations set readable_at = now(), closed_at = now() - interval '1 hour'");
const owed = async () => (await pool.query("select tags from cache_owed")).rows.map(({ tags }) => tags);

async function twoIsolates() {
  const [a, b] = [isolate(), isolate()];
  expect(await a.look()).toBeUndefined(); // begins it
  await open();
  a.state.nowMs = 2_000;
  return { a, b };
}

it("is read by nobody for five seconds after it was begun, and then by all", async () => {
  const a = isolate();
  expect(await a.look()).toBeUndefined();
  const { rows } = await pool.query(
    "select extract(epoch from readable_at - closed_at)::float8 as seconds from cache_generations",
  );
  expect(rows).toEqual([{ seconds: 5 }]);
  await a.keep("one");
  expect(await a.look()).toBeUndefined();
  await open();
  a.state.nowMs = 2_000;
  await a.keep("one");
  expect([await a.textOf(), await isolate().textOf()]).toEqual(["one", "one"]);
});

it("a write ends its tags before it is answered, without waiting", async () => {
  const { a, b } = await twoIsolates();
  await b.keep("one");
  await a.touched(TAG);
  expect(await b.textOf()).toBeUndefined();
  expect(a.state.waitedMs).toEqual([]);
});

it("plain SQL is seen when the lease is over, in one transaction with its change", async () => {
  const { a, b } = await twoIsolates();
  const id = "019a0000-0000-7000-8000-000000000001";
  const tag = `goals:acme:${id}`;
  await b.keep("one", tag);
  await pool.query("insert into user_goals (id, tenant_id, user_id, title) values ($1, 'acme', 'x', 'One')", [id]);
  expect(await owed()).toEqual([["goals:acme", tag]]);
  b.state.nowMs = 1_999;
  expect(await b.textOf()).toBe("one");
  b.state.nowMs = 2_000;
  expect(await b.look()).toMatchObject({ entry: undefined });
  expect(await owed()).toEqual([]);
  expect(await a.textOf()).toBeUndefined();
});

it("a write that cannot tell the store waits until no lease of before it holds, and closes the store", async () => {
  const { a, b } = await twoIsolates();
  await b.keep("one");
  await a.look();
  a.state.isCut = true;
  await a.touched(TAG);
  expect(a.state.waitedMs).toEqual([2_500]);
  b.state.nowMs = 2_000;
  expect(await b.look()).toBeUndefined(); // closed
  await open();
  b.state.nowMs = 4_000;
  expect(await b.look()).toMatchObject({ entry: undefined });
  expect(await owed()).toEqual([]);
});

it("while the store is closed a write waits only until leases of before are over, and owes what it did not end", async () => {
  const { a, b } = await twoIsolates();
  await a.look();
  a.state.isCut = true;
  await a.touched(TAG);
  const c = isolate();
  c.state.isCut = true;
  await c.touched("goals:acme:2");
  expect(c.state.waitedMs).toHaveLength(1);
  expect(c.state.waitedMs[0]).toBeGreaterThan(1_000);
  expect(c.state.waitedMs[0]).toBeLessThan(2_500);
  await pool.query("update cache_generations set closed_at = now() - interval '3 seconds'");
  const d = isolate();
  d.state.isCut = true;
  await d.touched("prefix:acme:/v1");
  expect(d.state.waitedMs).toEqual([]);
  expect(await owed()).toEqual([[TAG], ["goals:acme:2"], ["asked:acme"]]);
  await open();
  b.state.isCut = true;
  expect(await b.look()).toBeUndefined(); // whoever cannot end what is owed reads nothing, and closes it again
  b.state.isCut = false;
  b.state.nowMs = 2_000;
  expect(await b.look()).toBeUndefined();
  expect(await owed()).toHaveLength(3);
});

it("too much that is owed ends with all the rest", async () => {
  const { a, b } = await twoIsolates();
  await b.keep("one");
  await pool.query("insert into cache_owed (tags) select array['goals:acme:' || n] from generate_series(2, 1002) n");
  const before = await pool.query("select name from cache_generations");
  expect(await a.look()).toBeUndefined();
  expect(await owed()).toEqual([]);
  await open();
  a.state.nowMs = 4_000;
  expect(await a.look()).toMatchObject({ entry: undefined });
  expect((await pool.query("select name from cache_generations")).rows).not.toEqual(before.rows);
});

it("an emptied table ends all of it", async () => {
  const { a, b } = await twoIsolates();
  await b.keep("one");
  await pool.query("truncate user_goals cascade");
  expect(await a.look()).toBeUndefined();
  await open();
  a.state.nowMs = 4_000;
  expect(await a.look()).toMatchObject({ entry: undefined });
});

it("owes nothing where no isolates share a store", async () => {
  await pool.query("insert into user_goals (id, tenant_id, user_id, title) values (uuidv7(), 'acme', 'x', 'One')");
  expect(await owed()).toEqual([]);
});

it("is given up when nobody has ended what is owed for a day", async () => {
  const { a } = await twoIsolates();
  await pool.query("insert into cache_owed (tags, owed_at) values (array['x'], now() - interval '25 hours')");
  await keepHistory(postgresDatabase(pool));
  expect(await owed()).toEqual([]);
  expect((await pool.query("select name from cache_generations")).rows).toEqual([]);
  expect(await a.look()).toBeUndefined(); // begins another
});
