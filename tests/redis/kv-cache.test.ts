import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryKvCache } from "#hosts/node/kv-cache.ts";
import { connectRedis, type RedisConnection } from "#shared/adapters/redis/connection.ts";
import { redisKvCache } from "#shared/adapters/redis/kv-cache.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";

let redis: TestRedis;
let connection: RedisConnection;
beforeAll(async () => {
  redis = await startRedis();
  connection = await connectRedis({ url: redis.url, onChange: () => undefined });
});
afterAll(async () => {
  await connection.close();
  await redis.kill();
});

let caches = 0;
describe.each([
  ["in memory", () => memoryKvCache()],
  ["in Redis", () => redisKvCache(connection, `test-${++caches}`)],
])("a kv_cache %s", (_, open) => {
  it("answers a value as text, JSON or bytes", async () => {
    const cache = open();
    await cache.put("text", '{"a":1}');
    expect(await cache.get("text")).toBe('{"a":1}');
    expect(await cache.get<{ a: number }>("text", "json")).toEqual({ a: 1 });
    const bytes = new Uint8Array([0, 255, 128, 10]);
    await cache.put("bytes", bytes.buffer);
    expect(new Uint8Array((await cache.get("bytes", "arrayBuffer")) ?? new ArrayBuffer(0))).toEqual(bytes);
    expect(await cache.get("absent")).toBeNull();
    expect(await cache.get("absent", "json")).toBeNull();
  });

  it("keeps metadata until the next put", async () => {
    const cache = open();
    await cache.put("key", "1", { metadata: { by: "me" } });
    expect(await cache.getWithMetadata("key")).toEqual({ value: "1", metadata: { by: "me" } });
    await cache.put("key", "2");
    expect(await cache.getWithMetadata("key")).toEqual({ value: "2", metadata: null });
    expect(await cache.getWithMetadata("absent")).toEqual({ value: null, metadata: null });
  });

  it("forgets what is deleted", async () => {
    const cache = open();
    await cache.put("key", "1");
    await cache.delete("key");
    await cache.delete("key");
    expect(await cache.get("key")).toBeNull();
  });

  it("lists by prefix, in order, in pages, taking no character for a pattern", async () => {
    const cache = open();
    for (const name of ["user*/2", "user*/1", "user*/3", "users/1", "other"]) await cache.put(name, "x");
    const first = await cache.list({ prefix: "user*/", limit: 2 });
    expect(first).toEqual({ keys: [{ name: "user*/1" }, { name: "user*/2" }], isComplete: false, cursor: "user*/2" });
    expect(await cache.list({ prefix: "user*/", limit: 2, cursor: first.cursor ?? "" })).toEqual({
      keys: [{ name: "user*/3" }],
      isComplete: true,
    });
    expect((await cache.list()).keys).toHaveLength(5);
  });

  it("takes lifetimes from a minute on, and lists when a value ends", async () => {
    const cache = open();
    await expect(cache.put("short", "x", { expirationTtl: 59 })).rejects.toThrow(RangeError);
    const inAnHour = Math.floor(Date.now() / 1000) + 3_600;
    await cache.put("long", "x", { expiration: inAnHour, metadata: 7 });
    expect((await cache.list()).keys).toEqual([{ name: "long", expiration: inAnHour, metadata: 7 }]);
  });
});

it("two processes see one cache, and one cache not the other", async () => {
  const second = await connectRedis({ url: redis.url, onChange: () => undefined });
  await redisKvCache(connection, "shared").put("key", "from the first");
  expect(await redisKvCache(second, "shared").get("key")).toBe("from the first");
  expect(await redisKvCache(second, "other").get("key")).toBeNull();
  await second.close();
});

it("expires in Redis itself", async () => {
  const cache = redisKvCache(connection, "expiring", () => Date.now() - 59_700);
  await cache.put("key", "x", { expirationTtl: 60 });
  expect(await cache.get("key")).toBe("x");
  await expect.poll(() => cache.get("key"), { timeout: 5_000 }).toBeNull();
});

it("finds nothing while Redis is away, loses puts, and refuses to say that something was deleted", async () => {
  const own = await startRedis();
  const lost = await connectRedis({ url: own.url, onChange: () => undefined });
  const cache = redisKvCache(lost, "lost");
  await cache.put("key", "x");
  await own.kill();
  await expect.poll(() => cache.get("key"), { timeout: 5_000 }).toBeNull();
  await cache.put("key", "y");
  expect(await cache.list()).toEqual({ keys: [], isComplete: true });
  await expect(cache.delete("key")).rejects.toThrow("Redis is away, so key of the cache lost may still be there");
  await lost.close();
});
