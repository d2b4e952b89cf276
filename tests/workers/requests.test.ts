import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningWorkers, startWorkers } from "./start-workers.ts";

let rainwire: RunningWorkers;

beforeAll(async () => {
  rainwire = await startWorkers({ rootDir: resolve(import.meta.dirname, "../..") });
});
afterAll(() => rainwire?.close());

it("answers a request with an API key", async () => {
  const { apiKey } = rainwire.account;
  const headers = { authorization: `Bearer ${apiKey}` };
  const created = await rainwire.fetch("/v1/goals", { method: "POST", headers, body: JSON.stringify({ title: "Run 10 km", userId: "u1" }) });
  console.log(created.status, await created.text());
  const listed = await rainwire.fetch("/api/v1/goals", { headers });
  console.log(listed.status, await listed.text());
  console.log(JSON.stringify(rainwire.logged, null, 1));
  expect(listed.status).toBe(200);
});
