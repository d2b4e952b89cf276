import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { beginMessages, renewMessages } from "#hosts/workers/begin-messages.ts";
import type { QueueProducer } from "#hosts/workers/platform.ts";
import { relay } from "#hosts/workers/relay.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

let testDatabase: TestDatabase;
let pool: pg.Pool;
let database: Database;
let sent: { outboxId: string; delaySeconds?: number }[][];
let deduplicationIds: string[];
let isQueueAway: boolean;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = createPool({ connectionString: testDatabase.url, applicationName: "tickets-test", max: 4 });
  database = postgresDatabase(pool);
});
afterAll(async () => {
  await pool.end();
  await testDatabase.drop();
});
beforeEach(async () => {
  await pool.query("truncate outbox");
  sent = [];
  deduplicationIds = [];
  isQueueAway = false;
});

const producer: QueueProducer = {
  async sendBatch(messages) {
    for (const { deduplicationId = "" } of messages) deduplicationIds.push(deduplicationId);
    sent.push(
      [...messages].map(({ body, delaySeconds }) => ({
        ...(body as { outboxId: string }), // safe: relay's own tickets
        ...(delaySeconds !== undefined && { delaySeconds }),
      })),
    );
    if (isQueueAway) throw new Error("the queue is away");
  },
};
const log = jsonLogger(
  () => undefined,
  () => false,
);
const relayNow = () => relay({ database, producers: new Map([["q", producer]]), log });

async function insert(columns: Record<string, string | number | null> = {}): Promise<string> {
  const row = { queue: "q", body: "{}", ...columns };
  const names = Object.keys(row);
  const { rows } = await pool.query(
    `insert into outbox (${names.join(", ")}) values (${names.map((_, i) => `$${i + 1}`).join(", ")}) returning id`,
    Object.values(row),
  );
  return rows[0].id;
}
const stateOf = async (id: string) =>
  (
    await pool.query(
      "select attempts, leased_by, round(extract(epoch from available_at - now()))::int as due_in_s from outbox where id = $1",
      [id],
    )
  ).rows[0];
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe("the relay", () => {
  it("sends one ticket for a row that is due, and none again while that ticket is out", async () => {
    const id = await insert();
    expect(await relayNow()).toBe(1);
    expect(await relayNow()).toBe(0);
    expect(sent).toEqual([[{ outboxId: id }]]);
    expect(await stateOf(id)).toEqual({ attempts: 1, leased_by: 0, due_in_s: 300 });
  });

  it("foresees what is due within 90 seconds and leaves the rest to later sweeps", async () => {
    const soon = await insert({ available_at: inSeconds(20) });
    const late = await insert({ available_at: inSeconds(200) });
    expect(await relayNow()).toBe(1);
    expect(sent).toEqual([[{ outboxId: soon, delaySeconds: 20 }]]);
    expect(await stateOf(late)).toMatchObject({ attempts: 0, leased_by: null });
  });

  it("gives a later version of a subject no ticket before the earlier one is settled", async () => {
    const first = await insert({ subject: "goals/1", subject_version: 1 });
    const second = await insert({ subject: "goals/1", subject_version: 2 });
    const other = await insert({ subject: "goals/2", subject_version: 7 });
    await relayNow();
    expect(sent.flat().map(({ outboxId }) => outboxId)).toEqual([first, other]);
    expect(await stateOf(second)).toMatchObject({ attempts: 0, leased_by: null });
  });

  it("splits a backlog into batches that Cloudflare takes", async () => {
    await pool.query("insert into outbox (queue, body) select 'q', '{}' from generate_series(1, 250)");
    expect(await relayNow()).toBe(250);
    expect(sent.map((batch) => batch.length)).toEqual([100, 100, 50]);
    expect(new Set(sent.flat().map(({ outboxId }) => outboxId)).size).toBe(250);
  });

  it("spends no attempt when the queue is away", async () => {
    const id = await insert();
    isQueueAway = true;
    expect(await relayNow()).toBe(0);
    expect(await stateOf(id)).toMatchObject({ attempts: 0, leased_by: null, due_in_s: 0 });
    isQueueAway = false;
    expect(await relayNow()).toBe(1);
  });

  it("repeats a ticket that may have been taken under its id, and sends the next one under another", async () => {
    const due = await insert({ available_at: inSeconds(-1) });
    const soon = await insert({ available_at: inSeconds(50) });
    isQueueAway = true;
    await relayNow();
    expect(await stateOf(soon)).toMatchObject({ attempts: 0, leased_by: null, due_in_s: 50 });
    isQueueAway = false;
    await relayNow();
    const [first, second, ...repeated] = deduplicationIds;
    expect(new Set(repeated)).toEqual(new Set([first, second]));
    expect(first?.startsWith(due)).toBe(true);
    await pool.query("update outbox set leased_by = null, available_at = now() - interval '1 second'");
    await relayNow();
    expect(new Set(deduplicationIds).size).toBe(4);
  });

  it("sends a new ticket for one that was not used in time, its attempt unspent", async () => {
    const id = await insert({ attempts: 3, leased_by: 0, available_at: inSeconds(-1) });
    expect(await relayNow()).toBe(1);
    expect(await stateOf(id)).toMatchObject({ attempts: 3, leased_by: 0 });
  });
});

describe("a ticket", () => {
  it("takes its row once, however often it is delivered", async () => {
    const id = await insert({ attempts: 1, leased_by: 0, available_at: inSeconds(300) });
    const [first, second] = await Promise.all([beginMessages(database, 11, [id]), beginMessages(database, 12, [id])]);
    expect([...first.messages, ...second.messages].map((message) => message.attempts)).toEqual([1]);
    expect((await beginMessages(database, 13, [id])).messages).toEqual([]);
    expect((await stateOf(id)).due_in_s).toBe(60);
  });

  it("that comes back after a retry counts one more attempt, once the row is due", async () => {
    const id = await insert({ attempts: 1 });
    expect((await beginMessages(database, 11, [id])).messages[0]).toMatchObject({ id, attempts: 2 });
    const waiting = await insert({ attempts: 1, available_at: inSeconds(30) });
    expect(await beginMessages(database, 12, [waiting])).toEqual({ messages: [], tooEarly: new Set() });
  });

  it("waits while an earlier version of its subject is in the outbox", async () => {
    await insert({ subject: "goals/1", subject_version: 1, attempts: 1, leased_by: 9, available_at: inSeconds(30) });
    const id = await insert({ subject: "goals/1", subject_version: 2, attempts: 1, leased_by: 0 });
    expect(await beginMessages(database, 11, [id])).toEqual({ messages: [], tooEarly: new Set([id]) });
  });

  it("of a row that is gone means nothing", async () => {
    const gone = "01900000-0000-7000-8000-000000000001";
    expect(await beginMessages(database, 11, [gone])).toEqual({ messages: [], tooEarly: new Set() });
  });

  it("keeps its row while its invocation says so, and no other's", async () => {
    const id = await insert({ attempts: 1, leased_by: 11, available_at: inSeconds(5) });
    await renewMessages(database, 12, [id]);
    expect((await stateOf(id)).due_in_s).toBe(5);
    await renewMessages(database, 11, [id]);
    expect((await stateOf(id)).due_in_s).toBe(60);
  });
});
