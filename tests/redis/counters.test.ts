import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectRedis, type RedisConnection } from "#shared/adapters/redis/connection.ts";
import { redisCounters } from "#shared/adapters/redis/counters.ts";
import { openUpstash, type UpstashConnection } from "#shared/adapters/upstash/connection.ts";
import { upstashCounters } from "#shared/adapters/upstash/counters.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { type Counters, memoryCounters } from "#shared/kernel/counters.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { serveUpstash, type UpstashServer } from "#tests/support/upstash-server.ts";

const refuse: Counters = {
  increment: () => Promise.reject(new Error("Redis was not asked")),
};

let redis: TestRedis;
let connection: RedisConnection;
let server: UpstashServer;
let upstash: UpstashConnection;
beforeAll(async () => {
  redis = await startRedis();
  connection = await connectRedis({ url: redis.url, onChange: () => undefined });
  server = await serveUpstash(redis.url);
  upstash = openUpstash({ ...server, requestMs: 20_000, onChange: () => undefined });
});
afterAll(async () => {
  await server.close();
  await connection.close();
  await redis.kill();
});

describe.each([
  ["in memory", () => memoryCounters(systemClock)],
  ["in Redis", () => redisCounters(connection, refuse)],
  ["in Upstash Redis", () => upstashCounters(upstash, refuse)],
])("counters %s", (where, open) => {
  const key = (name: string) => `${where}/${name}`;

  it("count each key for itself", async () => {
    const counters = open();
    expect((await counters.increment(key("a"), 60_000)).count).toBe(1);
    expect((await counters.increment(key("a"), 60_000)).count).toBe(2);
    expect((await counters.increment(key("b"), 60_000)).count).toBe(1);
  });

  it("lose none of many at once", async () => {
    const counters = open();
    const counted = await Promise.all(Array.from({ length: 50 }, () => counters.increment(key("many"), 60_000)));
    expect(counted.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
  });

  it("begin anew when the window is over, which later counts do not extend", async () => {
    const counters = open();
    const startedMs = performance.now();
    const first = await counters.increment(key("window"), 300);
    expect(first.resetsInMs).toBeGreaterThan(0);
    expect(first.resetsInMs).toBeLessThanOrEqual(300);
    let highest = 1;
    await expect
      .poll(
        async () => {
          const { count } = await counters.increment(key("window"), 300);
          highest = Math.max(highest, count);
          return count;
        },
        { interval: 20, timeout: 5_000 },
      )
      .toBe(1);
    expect(highest).toBeGreaterThan(1);
    expect(performance.now() - startedMs).toBeGreaterThan(290);
  });
});

it("share counts among processes, count alone while Redis is away, and share again when it is back", async () => {
  const own = await startRedis();
  const heard: boolean[] = [];
  const first = await connectRedis({ url: own.url, onChange: (isThere) => heard.push(isThere) });
  const second = await connectRedis({ url: own.url, onChange: () => undefined });
  const [a, b] = [first, second].map((each) => redisCounters(each, memoryCounters(systemClock))) as [
    Counters,
    Counters,
  ]; // safe: two of two
  try {
    expect((await a.increment("k", 60_000)).count).toBe(1);
    expect((await b.increment("k", 60_000)).count).toBe(2);

    await own.kill();
    await expect.poll(async () => (await a.increment("alone", 60_000)).count, { timeout: 5_000 }).toBeGreaterThan(0);
    expect((await b.increment("k", 60_000)).count).toBe(1);
    expect((await b.increment("k", 60_000)).count).toBe(2);
    expect(heard).toEqual([false]);

    await own.restart();
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual([false, true]);
    const before = (await a.increment("again", 60_000)).count;
    await expect
      .poll(async () => (await b.increment("again", 60_000)).count, { timeout: 10_000 })
      .toBeGreaterThan(before);
  } finally {
    await first.close();
    await second.close();
    await own.kill();
  }
});
