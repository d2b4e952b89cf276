import { describe, expect, it } from "vitest";
import { createAdaptiveCache } from "#shared/caching/adaptive-cache.ts";

/** Park and Miller's generator: the same dice in each run. */
function dice(): () => number {
  let seed = 42;
  return () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

describe("a cache bounded in bytes", () => {
  it("keeps what it was given until it is told otherwise", () => {
    const cache = createAdaptiveCache<string>({ mostBytes: 100 });
    cache.set("a", "first", 40);
    cache.set("b", "second", 40);
    cache.set("a", "third", 30);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["third", "second", undefined]);
    expect([cache.bytes, cache.size, [...cache.keys()].sort()]).toEqual([70, 2, ["a", "b"]]);
    expect([cache.delete("a"), cache.delete("a"), cache.has("a"), cache.bytes]).toEqual([true, false, false, 40]);
    cache.clear();
    expect([cache.bytes, cache.size, cache.get("b")]).toEqual([0, 0, undefined]);
  });

  it("takes no more than its bytes, whatever comes", () => {
    const random = dice();
    const cache = createAdaptiveCache<number>({ mostBytes: 1_000, random });
    for (let i = 0; i < 5_000; i++) {
      cache.set(`key-${Math.floor(random() * 300)}`, i, 1 + Math.floor(random() * 90));
      expect(cache.bytes).toBeLessThanOrEqual(1_000);
    }
    cache.set("huge", 1, 1_001);
    expect(cache.get("huge")).toBeUndefined();
  });

  it("lets the one unused for longest go first while nothing is known of its keys", () => {
    const cache = createAdaptiveCache<number>({ mostBytes: 3 });
    for (const key of ["a", "b", "c"]) cache.set(key, 1, 1);
    cache.get("a");
    cache.set("d", 1, 1);
    expect([...cache.keys()].sort()).toEqual(["a", "c", "d"]);
  });

  it("comes to keep a part of a loop that is longer than it, of which LRU keeps nothing", () => {
    const cache = createAdaptiveCache<number>({ mostBytes: 100, random: dice() });
    let hits = 0;
    for (let i = 0; i < 40_000; i++) {
      const key = `key-${i % 150}`;
      if (cache.get(key) !== undefined) hits += i >= 20_000 ? 1 : 0;
      else cache.set(key, 1, 1);
    }
    expect(hits / 20_000).toBeGreaterThan(0.4); // the optimum is about 2/3
  });
});
