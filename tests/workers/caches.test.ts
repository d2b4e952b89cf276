import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { type RunningWorkers, startWorkers } from "./start-workers.ts";

/** Answers that Workers keep together in Upstash Redis. */

let server: TestRedis;
let rainwire: RunningWorkers;
beforeAll(async () => {
  server = await startRedis();
  rainwire = await startWorkers({ rootDir: resolve(import.meta.dirname, "../.."), redisUrl: server.url });
}, 120_000);
afterAll(async () => {
  await rainwire?.close();
  await server.kill();
});

const request = (method: string, path: string, body?: object) =>
  rainwire.fetch(path, {
    method,
    headers: { authorization: `Bearer ${rainwire.account.apiKey}` },
    ...(body && { body: JSON.stringify(body) }),
  });
const get = async (path: string) => {
  const answer = await request("GET", path);
  const { title = "" } = (await answer.json()) as { title?: string }; // safe: the API's answer
  return { title, status: answer.headers.get("cache-status") };
};

async function makeGoal(): Promise<string> {
  const { id } = (await (await request("POST", "/v1/goals", { title: "Run" })).json()) as { id: string }; // safe: the API's answer
  return `/v1/goals/${id}`;
}

/** As if the generation had been begun long ago. */
async function open(): Promise<void> {
  await expect.poll(async () => (await get("/v1/goals")).status).not.toBeNull();
  await rainwire.pool.query("update cache_generations set readable_at = now(), closed_at = now() - interval '1 hour'");
}

it("keeps nothing before every isolate that writes knows of the store", async () => {
  const path = await makeGoal();
  expect((await get(path)).status).toBe("rainwire; fwd=bypass");
});

it("answers from the store, and shows each write at once", async () => {
  await open();
  const path = await makeGoal();
  await expect.poll(async () => (await get(path)).status).toMatch(/^rainwire; hit; ttl=\d+; detail=store$/);
  for (let i = 0; i < 5; i++) {
    expect((await request("PATCH", path, { title: `Title ${i}` })).status).toBe(200);
    expect((await get(path)).title).toBe(`Title ${i}`);
    await expect.poll(async () => (await get(path)).status).toMatch(/detail=store$/);
    expect((await get(path)).title).toBe(`Title ${i}`);
  }
});

it("shows what plain SQL changed, within the time for which an isolate believes the store", async () => {
  await open();
  const path = await makeGoal();
  await expect.poll(async () => (await get(path)).status).toMatch(/detail=store$/);
  await rainwire.pool.query("update user_goals set title = 'By hand' where id = $1", [path.slice(-36)]);
  await expect.poll(async () => (await get(path)).title, { timeout: 5_000 }).toBe("By hand");
});

it("forgets what is invalidated", async () => {
  await open();
  const path = await makeGoal();
  await expect.poll(async () => (await get(path)).status).toMatch(/detail=store$/);
  expect((await request("POST", "/ops/v1/cache/invalidate", { keys: [path] })).status).toBe(200);
  expect((await get(path)).status).toBe("rainwire; fwd=uri-miss; stored");
});

it("goes on without the store, and believes nothing of before when it is back", async () => {
  await open();
  const path = await makeGoal();
  await expect.poll(async () => (await get(path)).status).toMatch(/detail=store$/);
  await server.kill();
  expect((await request("PATCH", path, { title: "Away" })).status).toBe(200);
  expect(await get(path)).toEqual({ title: "Away", status: "rainwire; fwd=bypass" });
  await server.restart();
  await open();
  await expect.poll(async () => (await get(path)).status, { timeout: 15_000 }).toMatch(/detail=store$/);
  expect((await get(path)).title).toBe("Away");
});
