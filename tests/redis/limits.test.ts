import { afterAll, beforeAll, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { connectRedis, type RedisConnection } from "#shared/adapters/redis/connection.ts";
import { redisQuotaStore } from "#shared/adapters/redis/quota-store.ts";
import { setOverride } from "#shared/limits/overrides.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";

const api = createApi();

let redis: TestRedis;
let connections: RedisConnection[] = [];
const processes: TestInstance[] = [];
let tenant: TestTenant;
beforeAll(async () => {
  redis = await startRedis();
  const connect = () => connectRedis({ url: redis.url, onChange: () => undefined });
  connections = [await connect(), await connect(), await connect()];
  for (const connection of connections) {
    const [first] = processes;
    processes.push(
      await openTestInstance({ limits: { store: redisQuotaStore(connection) }, ...(first && { beside: first }) }),
    );
  }
  tenant = await at(0).tenant();
});
afterAll(async () => {
  for (const process of processes.toReversed()) await process.close();
  for (const connection of connections) await connection.close();
  await redis.kill();
});

function at(i: number): TestInstance {
  const process = processes[i % 3];
  if (!process) throw new Error("not started");
  return process;
}

const ask = (i: number) => at(i).fetch(api, "/v1/goals", asking(tenant.key, "GET"));

async function limitTo(limit: number): Promise<void> {
  const override = { isBlock: false, quota: { limit, windowMs: 60_000 }, reason: "a test", setBy: "user:1" };
  await setOverride({ db: at(0).database, limits: at(0).limits }, { kind: "tenant", id: tenant.tenantId }, override);
  const states = `"tenant";q=${limit};w=60`;
  for (let i = 0; i < 3; i++)
    await expect.poll(async () => (await ask(i)).headers.get("ratelimit-policy")).toContain(states);
}

it("three processes admit together exactly what the quota is, from requests at once and one by one", async () => {
  await limitTo(60);
  const used = 3; // by limitTo, at least
  const together = await Promise.all(Array.from({ length: 30 }, (_, i) => ask(i)));
  expect(together.map(({ status }) => status)).not.toContain(429);
  let admitted = 30;
  for (let i = 0; i < 40; i++) if ((await ask(i)).status === 200) admitted += 1;
  expect(admitted).toBeLessThanOrEqual(60 - used);
  expect(admitted).toBeGreaterThanOrEqual(50);
  const refused = await ask(1);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("ratelimit")).toMatch(/^"tenant";r=0;t=\d+$/);
});

it("go on counting alone when Redis is killed, and together when it is back", async () => {
  await limitTo(1_000);
  await redis.kill();
  await expect.poll(async () => (await ask(0)).status).toBe(200);
  for (let i = 0; i < 30; i++) expect((await ask(i)).status).toBe(200);
  await redis.restart();
  await expect
    .poll(async () => (await connections[0]?.attempt((client) => client.ping())) ?? "away", { timeout: 10_000 })
    .toBe("PONG");
  expect((await ask(0)).status).toBe(200);
});
