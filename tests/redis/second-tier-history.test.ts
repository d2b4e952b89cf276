import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findStaleReads } from "#tests/support/check-history.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { createHostProcess, type HostProcess } from "#tests/support/host-process.ts";
import { recordHistory } from "#tests/support/record-history.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "#tests/support/tcp-proxy.ts";
import { liftLimits } from "#tests/support/unlimited.ts";

const PUBLIC_URL = "http://rainwire.test";

let database: TestDatabase;
let pool: pg.Pool;
let redis: TestRedis;
let redisDir: string;
let proxies: TcpProxy[] = [];
let dirs: string[] = [];
let hosts: HostProcess[] = [];
let token = "";
const goalIds: string[] = [];

const headers = () => ({ authorization: `Bearer ${token}`, "content-type": "application/json", origin: PUBLIC_URL });
const post = async <T>(path: string, body: object): Promise<T> =>
  (await (
    await fetch(`${hosts[0]?.url}${path}`, { method: "POST", headers: headers(), body: JSON.stringify(body) })
  ).json()) as T; // safe: the caller knows the API's answer

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  await liftLimits(pool);
  redisDir = await mkdtemp(join(tmpdir(), "rainwire-redis-"));
  redis = await startRedis(redisDir);
  for (const name of ["a", "b"]) {
    const dir = await mkdtemp(join(tmpdir(), `rainwire-host-${name}-`));
    const proxy = await startTcpProxy(Number(new URL(redis.url).port));
    dirs.push(dir);
    proxies.push(proxy);
    const host = await createHostProcess(dir, {
      DATABASE_URL: database.url,
      REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
      PUBLIC_URL,
      RAINWIRE_SECRET: "a secret of the tests, long enough to sign with",
      N8N_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "warn",
    });
    hosts.push(host);
    host.start();
    await host.ready();
  }
  const account = { email: "ada@example.com", password: "correct horse battery", name: "Ada" };
  ({ token } = await post<{ token: string }>("/auth/api/auth/sign-up/email", account));
  for (const title of ["One", "Two", "Three", "Four"]) {
    goalIds.push((await post<{ id: string }>("/v1/goals", { title })).id);
  }
}, 180_000);

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.kill()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await redis?.kill();
  await pool?.end();
  await database?.drop();
  await Promise.all([...dirs, redisDir].map((dir) => rm(dir, { recursive: true, force: true })));
  [proxies, dirs, hosts] = [[], [], []];
}, 60_000);

it("no read is stale while processes write and read, and Redis is cut off, killed, set back and still", async () => {
  let isOver = false;
  const urls = hosts.map(({ url }) => url);
  const recording = recordHistory({ urls, token, goalIds, readers: 6, writers: 2, isOver: () => isOver });
  const snapshot = async () => {
    const client = new Redis(redis.url);
    await client.save().catch(() => undefined); // the stand-in has no disk
    client.disconnect();
  };
  await delay(2_500);
  await snapshot();
  for (const proxy of proxies) {
    proxy.cut(true);
    await delay(1_000);
    proxy.cut(false);
    await delay(1_000);
  }
  await redis.kill();
  await delay(1_000);
  await redis.restart(); // with what it held some seconds ago
  await delay(1_500);
  redis.hang(true);
  await delay(1_000);
  redis.hang(false);
  await delay(1_500);
  const [a] = hosts;
  if (a?.pid !== undefined) process.kill(a.pid, "SIGSTOP");
  await delay(3_000);
  if (a?.pid !== undefined) process.kill(a.pid, "SIGCONT");
  await delay(2_500);
  isOver = true;
  const { history, counts } = await recording;
  expect(findStaleReads(history)).toEqual([]);
  expect(counts["rainwire; hit"]).toBeGreaterThan(50);
  expect(counts["rainwire; hit; detail=store"]).toBeGreaterThan(5);
  expect(counts.write).toBeGreaterThan(20);
  expect(counts.failed ?? 0).toBeLessThan(20);
}, 90_000);
