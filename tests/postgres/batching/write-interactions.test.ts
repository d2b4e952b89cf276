import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { queueInteraction } from "#shared/goals/queue-interaction.ts";
import { writeInteractions } from "#shared/goals/write-interactions.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

let testDatabase: TestDatabase;
let pool: ReturnType<typeof createPool>;
let db: Database;
let goalId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = createPool({ connectionString: testDatabase.url, applicationName: "batching-test", max: 6 });
  db = postgresDatabase(pool);
});
afterAll(async () => {
  await pool.end();
  await testDatabase.drop();
});
beforeEach(async () => {
  goalId = uuidv7();
  await db.query(sql`delete from outbox`);
  await db.query(sql`delete from user_interactions`);
  await db.query(sql`delete from events`);
  await db.query(sql`insert into user_goals (id, tenant_id, user_id, title) values (${goalId}, 'acme', 'ada', 'Goal')`);
});

const traceOf = (n: number) => `00-${String(n).padStart(32, "0")}-b7ad6b7169203331-01`;

interface Said {
  goalId?: string;
  inReplyTo?: string;
  key?: string;
}

async function say(n: number, { key, ...said }: Said = {}): Promise<string> {
  const caller = { tenantId: "acme", userId: "ada", cause: { actor: `user:${n}`, traceparent: traceOf(n) } };
  const input = { kind: "chat", author: "user", content: `word ${n}`, goalId, ...said } as const;
  const idempotency = key === undefined ? undefined : { key, operation: "recordInteraction", request: input };
  const queued = await queueInteraction({ db, clock: Date.now }, caller, input, idempotency);
  if (isFailure(queued)) throw new Error(queued.failure);
  return queued.id;
}

const messages = async (): Promise<string[]> =>
  (
    await db.query(
      sql<{ id: string }>`select id from outbox where queue = 'interaction-writes' order by subject_version`,
    )
  ).map(({ id }) => id);
const written = async (): Promise<string[]> =>
  (await db.query(sql<{ content: string }>`select content from user_interactions order by created_at, id`)).map(
    ({ content }) => content,
  );
const told = () =>
  db.query(sql<{ subject: string; actor: string; traceparent: string }>`
    select subject, actor, traceparent from events where name = 'interaction.created' order by id`);

/** The same database, which tells how many transactions it was asked for. */
function counted(): { db: Database; statements: number; batches: number } {
  const counts = {
    statements: 0,
    batches: 0,
    db: {
      query: (statement) => db.query(statement),
      batch: (statements) => {
        counts.batches += 1;
        return db.batch(statements);
      },
    } as Database,
  };
  return counts;
}

it("writes many in one statement, each event with its own cause", async () => {
  const ids: string[] = [];
  for (const n of [1, 2, 3]) ids.push(await say(n));
  const counts = counted();
  expect(await writeInteractions(counts.db, await messages())).toEqual(new Map());
  expect(counts.batches).toBe(1);
  expect(await written()).toEqual(["word 1", "word 2", "word 3"]);
  expect(await told()).toEqual(
    [1, 2, 3].map((n) => ({ subject: `interactions/${ids[n - 1]}`, actor: `user:${n}`, traceparent: traceOf(n) })),
  );
  expect(await messages()).toEqual([]);
});

it("takes along what follows in the subject of a message that it holds", async () => {
  for (const n of [1, 2, 3]) await say(n);
  const [first = ""] = await messages();
  await writeInteractions(db, [first]);
  expect(await written()).toEqual(["word 1", "word 2", "word 3"]);
});

it("leaves what follows to another who holds it", async () => {
  for (const n of [1, 2]) await say(n);
  const [first = "", second = ""] = await messages();
  await db.query(sql`update outbox set leased_by = 7 where id = ${second}`);
  await writeInteractions(db, [first]);
  expect(await written()).toEqual(["word 1"]);
});

it("parts with a row in the middle that cannot be written, and with it alone", async () => {
  const gone = uuidv7();
  for (const n of [1, 2, 3, 4]) await say(n);
  await say(5, { goalId: gone });
  for (const n of [6, 7, 8]) await say(n);
  const all = await messages();
  const refused = await writeInteractions(db, all);
  expect([...refused.keys()]).toEqual([all[4]]);
  expect(refused.get(all[4] ?? "")).toMatchObject({ name: "PermanentError", reason: "not_found" });
  expect(await written()).toEqual([1, 2, 3, 4, 6, 7, 8].map((n) => `word ${n}`));
  expect((await told()).map(({ actor }) => actor)).toEqual([1, 2, 3, 4, 6, 7, 8].map((n) => `user:${n}`));
  expect(await messages()).toEqual([all[4]]); // the host makes it a dead letter
});

it("refuses a reply to nothing, and takes one to another of its group", async () => {
  const first = await say(1);
  await say(2, { inReplyTo: first });
  await say(3, { inReplyTo: uuidv7() });
  const all = await messages();
  expect([...(await writeInteractions(db, all)).keys()]).toEqual([all[2]]);
  expect(await written()).toEqual(["word 1", "word 2"]);
});

it("refuses what came to the queue from elsewhere", async () => {
  await say(1);
  await db.query(sql`insert into outbox (queue, body) values ('interaction-writes', '{"odd": true}')`);
  const refused = await writeInteractions(db, await messages());
  expect([...refused.values()].map(({ reason }) => reason)).toEqual(["malformed_message"]);
  expect(await written()).toEqual(["word 1"]);
});

it("changes nothing the second time", async () => {
  for (const n of [1, 2, 3]) await say(n);
  const all = await messages();
  const lost: Database = {
    query: (statement) => db.query(statement),
    batch: async (statements) => {
      await db.batch(statements);
      throw new Error("the process ended after the commit");
    },
  };
  await expect(writeInteractions(lost, all)).rejects.toThrow("after the commit");
  expect(await writeInteractions(db, all)).toEqual(new Map());
  expect(await written()).toHaveLength(3);
  expect(await told()).toHaveLength(3);
});

it("writes once what two processes were given", async () => {
  for (let n = 1; n <= 40; n++) await say(n);
  const all = await messages();
  await Promise.all([writeInteractions(db, all), writeInteractions(db, [...all].reverse())]);
  expect(await written()).toHaveLength(40);
  expect(await told()).toHaveLength(40);
});

it("is one interaction under one Idempotency-Key", async () => {
  const first = await say(1, { key: "k" });
  expect(await say(1, { key: "k" })).toBe(first);
  await writeInteractions(db, await messages());
  expect(await written()).toEqual(["word 1"]);
});
