import { neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNeonClient, neonDatabase } from "#shared/adapters/neon/database.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { type Database, DatabaseError } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import { emit } from "#shared/events/emit.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { neonFront } from "#tests/support/neon-front.ts";

const databases = new Map<string, Database>();
let close: () => Promise<void>;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  const front = neonFront(url);
  neonConfig.fetchFunction = (input: string, init: RequestInit) => front.answer(new Request(input, init));
  const client = createNeonClient("postgresql://rainwire:unused@db.neon.test/rainwire");
  drizzle(client); // it changes the driver's type parsers for the whole process
  const pool = createPool({ connectionString: url, applicationName: "neon-test", max: 2 });
  databases.set("neon", neonDatabase(client)).set("postgres", postgresDatabase(pool));
  await registerSubscriptions(postgresDatabase(pool), [
    {
      queue: "q",
      subscription: {
        events: ["goal.created"],
        isOrdered: true,
        batchSize: 1,
        maxWaitMs: 0,
        attempts: 1,
        concurrency: 1,
      },
    },
  ]);
  close = async () => {
    neonConfig.fetchFunction = undefined;
    await pool.end();
    await front.close();
    await drop();
  };
});
afterAll(() => close());

const failureOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((caught: unknown) => caught);
  return error instanceof DatabaseError ? error.failure : error;
};

describe.each(["neon", "postgres"])("a Database over %s", (name) => {
  const db = (): Database => databases.get(name) as Database; // safe: set above

  it("gives values as their JavaScript types", async () => {
    const [row] =
      await db().query(sql`select 9007199254740991::int8 as big_count, 1.5::float8 as ratio, true as is_true,
      '2026-11-20'::date as on_day, '2026-11-20T10:00:00.25Z'::timestamptz as at_time, '{"a": [1]}'::jsonb as data,
      array['x', 'y,z']::text[] as names, array[1, 2]::int4[] as numbers, null::text as nothing,
      '01900000-0000-7000-8000-000000000001'::uuid as id`);
    expect(row).toEqual({
      bigCount: 9007199254740991,
      ratio: 1.5,
      isTrue: true,
      onDay: "2026-11-20",
      atTime: new Date("2026-11-20T10:00:00.250Z"),
      data: { a: [1] },
      names: ["x", "y,z"],
      numbers: [1, 2],
      nothing: null,
      id: "01900000-0000-7000-8000-000000000001",
    });
  });

  it("takes values of every kind", async () => {
    const [row] =
      await db().query(sql`select ${["a", 'b"c', "d,e"]}::text[] as texts, ${[true, false]}::boolean[] as flags,
      ${new Date("2026-11-20T10:00:00.000Z")}::timestamptz as at, ${null}::text as nothing, ${12n}::int8 as big,
      encode(${new Uint8Array([0, 255])}::bytea, 'hex') as bytes, ${-0.5}::float8 as ratio`);
    expect(row).toEqual({
      texts: ["a", 'b"c', "d,e"],
      flags: [true, false],
      at: new Date("2026-11-20T10:00:00.000Z"),
      nothing: null,
      big: 12,
      bytes: "00ff",
      ratio: -0.5,
    });
  });

  it("writes state and event together, or neither when the batch is aborted", async () => {
    const goal = (id: string) =>
      sql`insert into user_goals (id, tenant_id, user_id, title) values (${id}, 't', 'u', 'Together')`;
    const circuit = (subject: string) =>
      emit({
        name: "circuit.closed",
        tenantId: "t",
        subject,
        subjectVersion: 1,
        data: { instanceId: "main", failures: 0, retryAt: null },
        cause: { actor: "system:test", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
      });
    const count = async (id: string) => {
      const subject = `goals/${id}`;
      const [row] = await db().query(sql`select (select count(*) from user_goals where id = ${id}) as goals,
        (select count(*) from events where subject = ${subject}) as events,
        (select count(*) from outbox where subject = ${subject}) as outbox`);
      return row;
    };
    const [kept, aborted, broken] = [uuidv7(), uuidv7(), uuidv7()];
    await db().batch([goal(kept), circuit(`goals/${kept}`)]);
    expect(await count(kept)).toEqual({ goals: 1, events: 2, outbox: 1 });
    const guard = await failureOf(db().batch([goal(aborted), circuit(`goals/${aborted}`), ensure("no", sql`false`)]));
    expect(guard).toEqual({ kind: "guard", code: "no" });
    expect(await count(aborted)).toEqual({ goals: 0, events: 0, outbox: 0 });
    expect(await failureOf(db().batch([goal(broken), sql`select 1 / 0`]))).toEqual({
      kind: "other",
      sqlState: "22012",
    });
    expect(await count(broken)).toEqual({ goals: 0, events: 0, outbox: 0 });
  });

  it("says why the database refused", async () => {
    const id = uuidv7();
    const insert = sql`insert into "user" (id, name, email) values (${id}, 'n', ${`${name}@example.com`})`;
    await db().query(insert);
    expect(await failureOf(db().query(insert))).toEqual({ kind: "unique", constraint: "user_pkey" });
    const orphan = sql`insert into milestones (id, tenant_id, goal_id, title, position)
      values (${uuidv7()}, 't', ${uuidv7()}, 'Orphan', 1)`;
    expect(await failureOf(db().query(orphan))).toMatchObject({ kind: "foreign_key" });
    expect(await failureOf(db().query(sql`select * from no_such_table`))).toEqual({ kind: "other", sqlState: "42P01" });
  });
});

it("calls a database that does not answer unavailable", async () => {
  const answering = neonConfig.fetchFunction;
  neonConfig.fetchFunction = () => Promise.reject(new TypeError("fetch failed"));
  const failure = await failureOf((databases.get("neon") as Database).query(sql`select 1`)); // safe: set above
  neonConfig.fetchFunction = answering;
  expect(failure).toEqual({ kind: "unavailable" });
});
