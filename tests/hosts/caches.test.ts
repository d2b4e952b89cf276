import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findStaleReads } from "#tests/support/check-history.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { createHostProcess, type HostProcess } from "#tests/support/host-process.ts";
import { recordHistory } from "#tests/support/record-history.ts";
import { liftLimits } from "#tests/support/unlimited.ts";

const PUBLIC_URL = "http://rainwire.test";

let database: TestDatabase;
let pool: pg.Pool;
let dirs: string[] = [];
let hosts: HostProcess[] = [];
let token = "";
let goalIds: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  await liftLimits(pool);
  const env = {
    DATABASE_URL: database.url,
    PUBLIC_URL,
    RAINWIRE_SECRET: "a secret of the tests, long enough to sign with",
    N8N_URL: "http://127.0.0.1:9",
    LOG_LEVEL: "warn",
  };
  dirs = await Promise.all(["a", "b"].map((name) => mkdtemp(join(tmpdir(), `rainwire-host-${name}-`))));
  hosts = await Promise.all(dirs.map((dir) => createHostProcess(dir, env)));
  for (const host of hosts) {
    host.start();
    await host.ready();
  }
  const signedUp = await fetch(`${urlOf(0)}/auth/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: PUBLIC_URL },
    body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery", name: "Ada" }),
  });
  ({ token } = (await signedUp.json()) as { token: string }); // safe: better-auth's answer
  goalIds = await Promise.all(["One", "Two", "Three"].map(makeGoal));
}, 180_000);

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.kill()));
  await pool?.end();
  await database?.drop();
  await Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true })));
}, 60_000);

const urlOf = (i: number): string => hosts[i]?.url ?? "";
const headers = () => ({ authorization: `Bearer ${token}`, "content-type": "application/json" });

async function makeGoal(title: string): Promise<string> {
  const body = JSON.stringify({ title });
  const answer = await fetch(`${urlOf(0)}/v1/goals`, { method: "POST", headers: headers(), body });
  return ((await answer.json()) as { id: string }).id; // safe: the API's answer
}

const read = (host: number, id: string) => fetch(`${urlOf(host)}/v1/goals/${id}`, { headers: headers() });
const statusOf = async (host: number, id: string) => (await read(host, id)).headers.get("cache-status") ?? "";
const titleOf = async (host: number, id: string) => ((await (await read(host, id)).json()) as { title: string }).title; // safe: the API's answer

it("a write through one process is gone from what the other keeps when it is answered", async () => {
  const id = await makeGoal("Before");
  await expect.poll(() => statusOf(1, id)).toMatch(/^rainwire; hit/);
  for (let i = 0; i < 50; i++) {
    const title = `Title ${i}`;
    await fetch(`${urlOf(0)}/v1/goals/${id}`, { method: "PATCH", headers: headers(), body: JSON.stringify({ title }) });
    expect(await titleOf(1, id)).toBe(title);
    expect(await statusOf(1, id)).toMatch(/^rainwire; hit/);
  }
});

it("plain SQL reaches both", async () => {
  const id = await makeGoal("Before");
  for (const host of [0, 1]) await expect.poll(() => statusOf(host, id)).toMatch(/^rainwire; hit/);
  await pool.query("update user_goals set title = 'By hand' where id = $1", [id]);
  for (const host of [0, 1]) await expect.poll(() => titleOf(host, id), { timeout: 1_000 }).toBe("By hand");
});

it("a process that lost the channel keeps nothing until it is back", async () => {
  const id = await makeGoal("Before");
  await expect.poll(() => statusOf(1, id)).toMatch(/^rainwire; hit/);
  await pool.query("alter table user_goals rename to user_goals_away");
  try {
    // Now only what is kept could be answered.
    expect((await read(1, id)).status).toBe(200);
    await pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rainwire-caches' and datname = current_database()",
    );
    await expect.poll(async () => (await read(1, id)).status).toBe(500);
  } finally {
    await pool.query("alter table user_goals_away rename to user_goals");
  }
  await expect.poll(() => statusOf(1, id)).toMatch(/^rainwire; hit/);
});

it("no read is stale while processes write, read, lose the channel and stand still", async () => {
  const [a, b] = hosts;
  let isOver = false;
  const recording = recordHistory({
    urls: hosts.map(({ url }) => url),
    token,
    goalIds,
    readers: 6,
    writers: 2,
    isOver: () => isOver,
  });
  const cut = () =>
    pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rainwire-caches'
         and datname = current_database() order by random() limit 1`,
    );
  await delay(1_500);
  await cut();
  await delay(1_500);
  for (const host of [a, b]) {
    if (host?.pid !== undefined) process.kill(host.pid, "SIGSTOP");
    await delay(3_000);
    if (host?.pid !== undefined) process.kill(host.pid, "SIGCONT");
    await delay(1_500);
  }
  await cut();
  await delay(1_000);
  isOver = true;
  const { history, counts } = await recording;
  expect(findStaleReads(history)).toEqual([]);
  expect(counts["rainwire; hit"]).toBeGreaterThan(100);
  expect(counts.write).toBeGreaterThan(40);
  expect(counts.failed ?? 0).toBeLessThan(20);
}, 60_000);
