import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import { actingAs } from "#shared/events/cause.ts";
import { insertGoal, updateGoal } from "#shared/goals/writes.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;

let testDatabase: TestDatabase;
let pool: pg.Pool;
let db: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = createPool({ connectionString: testDatabase.url, applicationName: "shared-commits", max: 10 });
  db = postgresDatabase(pool);
});
afterAll(async () => {
  await pool.end();
  await testDatabase.drop();
});
beforeEach(async () => {
  await pool.query("truncate user_goals, events, outbox cascade");
});

const goal = (n: number) => insertGoal({ id: idOf(n), tenantId: `tenant-${n % 3}`, userId: "ada", title: `goal ${n}` });
const as = (actor: string) => actingAs({ actor, traceparent: TRACEPARENT });

describe("batches that begin with their cause", () => {
  it("share transactions when they come together, each event in the name of its own actor", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => db.batch([as(`user:${n}`), goal(n)])));
    const { rows: goals } = await pool.query(
      "select count(*)::int, count(distinct xmin::text)::int as transactions from user_goals",
    );
    expect(goals[0].count).toBe(40);
    expect(goals[0].transactions).toBeLessThanOrEqual(4);
    const { rows: events } = await pool.query("select subject, actor from events order by subject");
    expect(events).toEqual(Array.from({ length: 40 }, (_, n) => ({ subject: `goals/${idOf(n)}`, actor: `user:${n}` })));
  });

  it("answer each with its own rows", async () => {
    const read = (n: number) => sql<{ title: string }>`select title from user_goals where id = ${idOf(n)}`;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => db.batch([as("user:ada"), goal(n), read(n)])),
    );
    expect(answers.map((results) => results[2])).toEqual(
      Array.from({ length: 12 }, (_, n) => [{ title: `goal ${n}` }]),
    );
  });

  it("fail each for itself alone", async () => {
    const settled = await Promise.allSettled(
      Array.from({ length: 9 }, (_, n) =>
        db.batch([as("user:ada"), goal(n), ensure("precondition_failed", n === 4 ? sql`false` : sql`true`)]),
      ),
    );
    expect(settled.map(({ status }) => status === "rejected")).toEqual(Array.from({ length: 9 }, (_, n) => n === 4));
    expect(settled[4]).toMatchObject({ reason: { failure: { kind: "guard", code: "precondition_failed" } } });
    const { rows } = await pool.query("select title from user_goals order by title");
    expect(rows.map(({ title }) => title)).toEqual(["0", "1", "2", "3", "5", "6", "7", "8"].map((n) => `goal ${n}`));
    const { rows: events } = await pool.query("select count(*)::int from events");
    expect(events).toEqual([{ count: 8 }]);
  });

  it("do not wait for a row that only one of them wants and somebody else holds", async () => {
    for (let n = 0; n < 6; n++) await db.batch([as("user:ada"), goal(n)]);
    const holder = await pool.connect();
    await holder.query("begin");
    await holder.query("select from user_goals where id = $1 for update", [idOf(2)]);
    let isHeldUpOver = false;
    const change = (n: number) => db.batch([as("user:ada"), updateGoal(`tenant-${n % 3}`, idOf(n), { title: "new" })]);
    const changes = Array.from({ length: 6 }, (_, n) => change(n));
    const heldUp = changes[2]?.then(() => {
      isHeldUpOver = true;
    });
    await Promise.all(changes.filter((_, n) => n !== 2));
    expect(isHeldUpOver).toBe(false);
    await holder.query("commit");
    holder.release();
    await heldUp;
    const { rows } = await pool.query("select count(*)::int from user_goals where title = 'new' and version = 2");
    expect(rows).toEqual([{ count: 6 }]);
  });
});

it("gives batches that begin otherwise a transaction each", async () => {
  await Promise.all(Array.from({ length: 8 }, (_, n) => db.batch([sql`select 1`, goal(n)])));
  const { rows } = await pool.query("select count(distinct xmin::text)::int as transactions from user_goals");
  expect(rows).toEqual([{ transactions: 8 }]);
});
