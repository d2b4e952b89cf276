import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "@upstash/redis/cloudflare";
import { Redis as PlainRedis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openUpstash } from "#shared/adapters/upstash/connection.ts";
import { upstashCounters } from "#shared/adapters/upstash/counters.ts";
import { upstashSharedCache } from "#shared/adapters/upstash/shared-cache.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { memoryCounters } from "#shared/kernel/counters.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { serveUpstash, type UpstashServer } from "#tests/support/upstash-server.ts";

let redis: TestRedis;
let upstash: UpstashServer;
beforeAll(async () => {
  redis = await startRedis();
  upstash = await serveUpstash(redis.url);
});
afterAll(async () => {
  await upstash.close();
  await redis.kill();
});

it("the front answers the SDK's commands, pipelines, transactions and scripts, encoded or not", async () => {
  for (const responseEncoding of ["base64", false] as const) {
    const client = new Redis({ ...upstash, responseEncoding, enableTelemetry: false });
    expect(await client.set("ü", "OK ✓")).toBe("OK");
    expect(await client.get("ü")).toBe("OK ✓");
    expect(await client.get("none")).toBeNull();
    const pipeline = client.pipeline().del("n").incr("n").lpush("l", "a", "b").lrange("l", 0, -1).del("l");
    expect(await pipeline.exec()).toEqual([expect.any(Number), 1, 2, ["b", "a"], 1]);
    expect(await client.multi().set("n", 7).incr("n").exec()).toEqual(["OK", 8]);
    expect(await client.eval("return {KEYS[1], ARGV[1], 3}", ["k"], ["a"])).toEqual(["k", "a", 3]);
    await expect(client.multi().set("t", "x").incr("t").exec()).rejects.toThrow("not an integer");
  }
  const stranger = new Redis({ ...upstash, token: "another", retry: { retries: 0 } });
  await expect(stranger.get("ü")).rejects.toThrow("WRONGPASS");
});

it("keeps its keys apart from others', and lets Redis forget them", async () => {
  const plain = new PlainRedis(redis.url);
  const connection = openUpstash({ ...upstash, requestMs: 20_000, onChange: () => undefined });
  await upstashSharedCache(connection).replace("a", "b", 60_000);
  await upstashCounters(connection, memoryCounters(systemClock)).increment("c", 60_000);
  for (const name of ["rainwire:cache:a", "rainwire:count:c"]) {
    expect(await plain.pttl(name)).toBeGreaterThan(0);
    expect(await plain.pttl(name)).toBeLessThanOrEqual(60_000);
  }
  plain.disconnect();
});

it("counts alone and finds nothing while Upstash refuses, and says so without the values", async () => {
  const heard: string[] = [];
  const stranger = openUpstash({
    ...upstash,
    requestMs: 20_000,
    token: "another",
    onChange: (isThere, why) => heard.push(`${isThere}: ${why}`),
  });
  const counters = upstashCounters(stranger, memoryCounters(systemClock));
  const cache = upstashSharedCache(stranger);
  expect((await counters.increment("alone", 60_000)).count).toBe(1);
  expect((await counters.increment("alone", 60_000)).count).toBe(2);
  expect(await cache.get("a")).toBeUndefined();
  expect(await cache.replace("a", "a value of nobody else", 60_000)).toBe(false);
  expect(heard).toEqual(["false: WRONGPASS invalid or missing auth token"]);
});

it("waits a second for one that hangs, then leaves it alone for two, and comes back", async () => {
  let isHanging = true;
  const server: Server = createServer((request, response) => {
    if (!isHanging) request.resume().on("end", () => response.end('{"result":"Yg=="}'));
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const heard: boolean[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // safe: listening on TCP
  const cache = upstashSharedCache(openUpstash({ url, token: "any", onChange: (isThere) => heard.push(isThere) }));
  const startedMs = performance.now();
  for (let i = 0; i < 100; i++) expect(await cache.get("a")).toBeUndefined();
  expect(performance.now() - startedMs).toBeGreaterThan(990);
  expect(performance.now() - startedMs).toBeLessThan(2_900); // of the hundred one waited
  isHanging = false;
  await expect.poll(() => cache.get("a"), { timeout: 10_000 }).toBe("b");
  expect(heard).toEqual([false, true]);
  server.closeAllConnections();
  server.close();
});
