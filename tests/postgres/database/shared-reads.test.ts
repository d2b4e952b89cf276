import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { sql } from "#shared/database/sql.ts";
import { reading } from "#shared/database/tags.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

let testDatabase: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  testDatabase = await createTestDatabase({ isEmpty: true });
  pool = createPool({ connectionString: testDatabase.url, applicationName: "shared-reads", max: 10 });
});
afterAll(async () => {
  await pool.end();
  await testDatabase.drop();
});

it("brings readings that come together over few connections, each to who asked, and fails the one that fails", async () => {
  const db = postgresDatabase(pool);
  const read = (n: number) =>
    reading(sql<{ answer: number; pid: number }>`select 100 / ${n}::int as answer, pg_backend_pid() as pid`, [
      "t:acme",
    ]);
  const settled = await Promise.allSettled([5, 0, 4, 0, 2, 1, 10, 20, 25, 50].map((n) => db.query(read(n))));
  const answers = settled.map((one) => (one.status === "fulfilled" ? one.value[0]?.answer : one.reason.failure));
  const divided = { kind: "other", sqlState: "22012" };
  expect(answers).toEqual([20, divided, 25, divided, 50, 100, 10, 5, 4, 2]);
  const pids = new Set(settled.flatMap((one) => (one.status === "fulfilled" ? [one.value[0]?.pid] : [])));
  expect(pids.size).toBeLessThanOrEqual(4);
});

it("gives the rows of each statement of a batch of readings", async () => {
  const db = postgresDatabase(pool);
  const read = (n: number) => reading(sql<{ n: number }>`select n from generate_series(1, ${n}::int) n`, ["t:acme"]);
  expect(await db.batch([read(2), read(0), read(1)])).toEqual([[{ n: 1 }, { n: 2 }], [], [{ n: 1 }]]);
});

it("goes on when a table that it has plans for is changed", async () => {
  const db = postgresDatabase(pool);
  await pool.query("create table changing (a int); insert into changing values (1)");
  const read = () => db.query(sql`select * from changing`);
  const write = () => db.batch([sql`update changing set a = a + 1 returning *`, sql`select 1 as one`]);
  for (let i = 0; i < 5; i++) {
    await read();
    await write();
  }
  await pool.query("alter table changing add column b int default 7");
  expect(await read()).toEqual([{ a: 6, b: 7 }]);
  await pool.query("alter table changing add column c int default 8");
  expect((await write())[0]).toEqual([{ a: 7, b: 7, c: 8 }]);
});
