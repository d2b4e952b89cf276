import { resolve } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { PUBLIC_URL, type RunningWorkers, startWorkers } from "./start-workers.ts";

/** Counters and sessions in Upstash Redis, as the Workers of `auth` and `api` share them. */

let server: TestRedis;
let redis: Redis;
let rainwire: RunningWorkers;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  redis.on("error", () => undefined);
  rainwire = await startWorkers({ rootDir: resolve(import.meta.dirname, "../.."), redisUrl: server.url });
}, 120_000);
afterAll(async () => {
  await rainwire?.close();
  redis.disconnect();
  await server.kill();
});

async function signIn(password = rainwire.account.password): Promise<{ status: number; token: string }> {
  const answer = await rainwire.fetch("/auth/api/auth/sign-in/email", {
    method: "POST",
    headers: { origin: PUBLIC_URL, "cf-connecting-ip": "203.0.113.7" },
    body: JSON.stringify({ email: rainwire.account.email, password }),
  });
  const { token = "" } = (await answer.json()) as { token?: string }; // safe: better-auth's answer
  return { status: answer.status, token };
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const listGoals = async (token: string): Promise<number> => (await rainwire.fetch("/v1/goals", bearer(token))).status;

/** An isolate hears of no change, and looks once a second. */
const isEnded = (token: string) => expect.poll(() => listGoals(token), { timeout: 10_000 }).toBe(401);

it("keeps a session where all isolates find it, and knows within a second when it has ended", async () => {
  const { token } = await signIn();
  expect(await listGoals(token)).toBe(200);
  expect(await redis.keys("rainwire:cache:session:*")).toHaveLength(1);
  await rainwire.pool.query("delete from session where token = $1", [token]);
  await isEnded(token);
});

it("ends a session for every Worker when one signs it out", async () => {
  const { token } = await signIn();
  expect(await listGoals(token)).toBe(200);
  const headers = { ...bearer(token).headers, origin: PUBLIC_URL };
  expect((await rainwire.fetch("/auth/api/auth/sign-out", { method: "POST", headers, body: "{}" })).status).toBe(200);
  await isEnded(token);
});

it("counts sign-in attempts of an address where all isolates see them", async () => {
  await redis.flushall();
  expect((await signIn("wrong horse battery")).status).toBe(401);
  const [name] = await redis.keys("rainwire:count:sign-in:*");
  expect(name).toContain("203.0.113.7");
  await redis.set(name ?? "", 1_000, "KEEPTTL");
  expect((await signIn()).status).toBe(429);
});

it("serves without it", async () => {
  await redis.flushall();
  const { token } = await signIn();
  await server.kill();
  expect(await listGoals(token)).toBe(200);
  expect((await signIn()).status).toBe(200);
});
