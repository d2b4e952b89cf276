import { expect, it } from "vitest";
import { memoryKvCache } from "#hosts/node/kv-cache.ts";

const NOON_MS = 1_800_000_000_000;

function cacheAt(): { cache: ReturnType<typeof memoryKvCache>; pass(ms: number): void } {
  let nowMs = NOON_MS;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { cache: memoryKvCache(() => nowMs), pass };
}

it("gives a value back as text, JSON or bytes, and null for what it does not have", async () => {
  const { cache } = cacheAt();
  await cache.put("a", '{"n":1}', { metadata: { by: "test" } });
  expect(await cache.get("a")).toBe('{"n":1}');
  expect(await cache.get("a", "json")).toEqual({ n: 1 });
  expect(new Uint8Array((await cache.get("a", "arrayBuffer")) ?? new ArrayBuffer())[0]).toBe(0x7b);
  expect(await cache.getWithMetadata("a")).toEqual({ value: '{"n":1}', metadata: { by: "test" } });
  expect(await cache.get("b")).toBeNull();
  await cache.delete("a");
  expect(await cache.get("a")).toBeNull();
});

it("forgets a value when its time is over, and refuses less than a minute", async () => {
  const { cache, pass } = cacheAt();
  await cache.put("ttl", "x", { expirationTtl: 60 });
  await cache.put("instant", "x", { expiration: NOON_MS / 1000 + 120 });
  await expect(cache.put("short", "x", { expirationTtl: 59 })).rejects.toThrow(RangeError);
  await expect(cache.put("past", "x", { expiration: NOON_MS / 1000 })).rejects.toThrow(RangeError);
  pass(60_000);
  expect(await cache.get("ttl")).toBeNull();
  expect(await cache.list()).toEqual({ keys: [{ name: "instant", expiration: 1_800_000_120 }], isComplete: true });
});

it("lists by prefix in pages, in the order of names", async () => {
  const { cache } = cacheAt();
  for (const name of ["b/2", "a/1", "b/1", "b/3"]) await cache.put(name, "x");
  const first = await cache.list({ prefix: "b/", limit: 2 });
  expect(first).toEqual({ keys: [{ name: "b/1" }, { name: "b/2" }], isComplete: false, cursor: "b/2" });
  expect(await cache.list({ prefix: "b/", limit: 2, cursor: "b/2" })).toEqual({
    keys: [{ name: "b/3" }],
    isComplete: true,
  });
});
