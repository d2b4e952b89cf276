import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { createHostProcess, type HostProcess } from "#tests/support/host-process.ts";

/** Writes that nobody waited for, through two real processes of which one is killed. */
const PUBLIC_URL = "http://rainwire.test";
const PATIENCE = { timeout: 60_000, interval: 50 };

let database: TestDatabase;
let client: pg.Client;
let dirs: string[] = [];
let hosts: HostProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const env = {
    DATABASE_URL: database.url,
    PUBLIC_URL,
    RAINWIRE_SECRET: "a secret of the tests, long enough to sign with",
    N8N_URL: "http://127.0.0.1:9",
  };
  dirs = await Promise.all(["a", "b"].map((name) => mkdtemp(join(tmpdir(), `rainwire-writes-${name}-`))));
  hosts = await Promise.all(dirs.map((dir) => createHostProcess(dir, env)));
  for (const host of hosts) {
    host.start();
    await host.ready();
  }
}, 180_000);
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.kill()));
  await client?.end();
  await database?.drop();
  await Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true })));
}, 60_000);

const hostOf = (i: number): HostProcess => {
  const host = hosts[i];
  if (!host) throw new Error("not started");
  return host;
};

const rows = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
  (await client.query<Row>(text)).rows;

it("are written once each and in order, whoever dies, and what cannot be written is given up alone", async () => {
  const [a, b] = [hostOf(0), hostOf(1)];
  const signedUp = await fetch(`${a.url}/auth/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: PUBLIC_URL },
    body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery", name: "Ada" }),
  });
  const { token } = (await signedUp.json()) as { token: string }; // safe: better-auth's answer
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const post = (url: string, body: object, more = {}) =>
    fetch(url, { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) });
  const goals: string[] = [];
  for (const title of ["one", "two", "three", "gone"]) {
    goals.push(((await (await post(`${a.url}/v1/goals`, { title })).json()) as { id: string }).id); // safe: the API's answer
  }
  const gone = goals.pop() ?? "";
  await fetch(`${a.url}/v1/goals/${gone}`, { method: "DELETE", headers });

  let taken = 0;
  const sayOnce = async (host: HostProcess, goalId: string, content: string, key: string): Promise<boolean> => {
    const preferring = { prefer: "respond-async", "idempotency-key": key };
    const answer = await post(`${host.url}/v1/interactions`, { goalId, content }, preferring).catch(() => undefined);
    if (answer?.status !== 202) return false;
    expect(answer.headers.get("preference-applied")).toBe("respond-async");
    expect(answer.headers.get("location")).toMatch(/^\/v1\/interactions\/[0-9a-f-]{36}$/);
    taken += 1;
    return true;
  };
  /** One speaker says one thing after the other about a goal, through both processes in turn. */
  const speak = async (goalId: string, count: number) => {
    for (let n = 0; n < count; n++) {
      const key = randomUUID();
      const [first, second] = n % 2 === 0 ? [a, b] : [b, a];
      const content = String(n).padStart(4, "0");
      if (!(await sayOnce(first, goalId, content, key))) expect(await sayOnce(second, goalId, content, key)).toBe(true);
    }
  };
  const speaking = Promise.all(goals.map((goalId) => speak(goalId, 60)));
  await expect.poll(() => taken, PATIENCE).toBeGreaterThan(60);
  expect(await sayOnce(b, gone, "to nobody", randomUUID())).toBe(true);
  await a.kill();
  await speaking;
  await expect
    .poll(async () => (await rows("select from outbox where queue = 'interaction-writes'")).length, PATIENCE)
    .toBe(0);

  const said = await rows<{ goal_id: string; words: string[] }>(`
    select goal_id, array_agg(content order by e.id) as words from user_interactions i
    join events e on e.name = 'interaction.created' and e.subject = 'interactions/' || i.id group by goal_id`);
  const inOrder = Array.from({ length: 60 }, (_, n) => String(n).padStart(4, "0"));
  expect(said.map(({ goal_id }) => goal_id).toSorted()).toEqual(goals.toSorted());
  for (const { words } of said) expect(words).toEqual(inOrder);
  const [letter, ...others] = await rows<{ queue: string; reason: string; content: string }>(
    "select queue, reason, body #>> '{interaction,content}' as content from dead_letters",
  );
  expect(letter).toEqual({ queue: "interaction-writes", reason: "not_found", content: "to nobody" });
  expect(others).toEqual([]);
}, 180_000);
