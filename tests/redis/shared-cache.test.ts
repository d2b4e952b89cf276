import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectRedis, type RedisConnection } from "#shared/adapters/redis/connection.ts";
import { redisSharedCache } from "#shared/adapters/redis/shared-cache.ts";
import { openUpstash, type UpstashConnection } from "#shared/adapters/upstash/connection.ts";
import { upstashSharedCache } from "#shared/adapters/upstash/shared-cache.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { memorySharedCache } from "#shared/kernel/shared-cache.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { serveUpstash, type UpstashServer } from "#tests/support/upstash-server.ts";

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
  ["in memory", () => memorySharedCache(systemClock)],
  ["in Redis", () => redisSharedCache(connection)],
  ["in Upstash Redis", () => upstashSharedCache(upstash)],
])("a shared cache %s", (where, open) => {
  const key = (name: string) => `${where}/${name}`;

  it("keeps what is there when filled, and changes it when replaced", async () => {
    const cache = open();
    await cache.fill(key("a"), "first", 60_000);
    await cache.fill(key("a"), "second", 60_000);
    expect(await cache.get(key("a"))).toBe("first");
    expect(await cache.replace(key("a"), "third", 60_000)).toBe(true);
    expect(await cache.get(key("a"))).toBe("third");
    expect(await cache.get(key("b"))).toBeUndefined();
  });

  it("forgets after the time given, counted anew by a replacement", async () => {
    const cache = open();
    await cache.fill(key("short"), "x", 200);
    await cache.replace(key("short"), "y", 600);
    await cache.fill(key("shorter"), "x", 200);
    await expect.poll(() => cache.get(key("shorter")), { timeout: 5_000, interval: 10 }).toBeUndefined();
    expect(await cache.get(key("short"))).toBe("y");
    await expect.poll(() => cache.get(key("short")), { timeout: 5_000, interval: 10 }).toBeUndefined();
    await cache.fill(key("short"), "z", 60_000);
    expect(await cache.get(key("short"))).toBe("z");
  });

  it("keeps any text", async () => {
    const cache = open();
    await cache.replace(key("text"), "ü\u0000\r\n𝒳", 60_000);
    expect(await cache.get(key("text"))).toBe("ü\u0000\r\n𝒳");
  });
});

describe("without Redis", () => {
  it("starts, finds nothing and says that nothing was told", async () => {
    const own = await startRedis();
    await own.kill();
    const heard: string[] = [];
    const lost = await connectRedis({ url: own.url, onChange: (isThere, why) => heard.push(`${isThere}: ${why}`) });
    const cache = redisSharedCache(lost);
    await cache.fill("a", "b", 60_000);
    expect(await cache.get("a")).toBeUndefined();
    expect(await cache.replace("a", "b", 60_000)).toBe(false);
    expect(heard).toEqual([expect.stringContaining("false: connect ECONNREFUSED")]);
    await lost.close();
  });

  it("waits for one that hangs once, then leaves it alone for a second", async () => {
    const own = await startRedis();
    const slow = await connectRedis({ url: own.url, onChange: () => undefined });
    const cache = redisSharedCache(slow);
    await cache.fill("a", "b", 60_000);
    own.hang(true);
    const startedMs = performance.now();
    for (let i = 0; i < 100; i++) expect(await cache.get("a")).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(700);
    own.hang(false);
    await expect.poll(() => cache.get("a"), { timeout: 10_000 }).toBe("b");
    await slow.close();
    await own.kill();
  });
});
