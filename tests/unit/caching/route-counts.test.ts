import { expect, it } from "vitest";
import { createHotKeys } from "#shared/caching/hot-keys.ts";
import { createRouteCounts } from "#shared/caching/route-counts.ts";

it("counts each tenant's requests of a route apart, and gives what is new at each taking", () => {
  const counts = createRouteCounts();
  const acme = counts.of("getGoal", "acme");
  acme.hits += 3;
  counts.of("getGoal", "acme").misses.stale += 1;
  counts.of("getGoal", "globex").hits += 1;
  expect(counts.take()).toMatchObject([
    { operationId: "getGoal", tenantId: "acme", hits: 3, misses: { stale: 1, "uri-miss": 0 } },
    { operationId: "getGoal", tenantId: "globex", hits: 1 },
  ]);
  expect(counts.take()).toEqual([]);
  acme.hits += 2; // as an answer does that is kept since
  expect(counts.take()).toMatchObject([{ tenantId: "acme", hits: 2, misses: { stale: 0 } }]);
});

it("adds what could not be written down to what came since", () => {
  const counts = createRouteCounts();
  counts.of("getGoal", "acme").hits += 3;
  counts.of("getGoal", "acme").misses.bypass += 2;
  const taken = counts.take();
  counts.of("getGoal", "acme").hits += 4;
  counts.putBack(taken);
  expect(counts.take()).toMatchObject([{ tenantId: "acme", hits: 7, misses: { bypass: 2 } }]);
});

it("counts what is too much to keep apart for nobody, so that the sum stays true", () => {
  const counts = createRouteCounts({ mostCounts: 2 });
  for (const tenant of ["a", "b", "c", "d"]) counts.of("getGoal", tenant).hits += 1;
  const taken = counts.take();
  expect(taken.map(({ tenantId, hits }) => [tenantId, hits])).toEqual([
    ["a", 1],
    ["b", 1],
    ["-", 2],
  ]);
});

/** Asks for answers as the cache does. */
function hit(hotKeys: ReturnType<typeof createHotKeys>, key: string, times: number): void {
  for (let i = 0; i < times; i++) {
    hotKeys.left -= 1;
    if (hotKeys.left === 0) hotKeys.look(key, "listGoals");
  }
}

it("finds the hottest answers from a few of the hits, and about how many there were", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647; // Park and Miller's
    return seed / 2_147_483_647;
  };
  const hotKeys = createHotKeys({ random });
  for (let round = 0; round < 1_000; round++) {
    hit(hotKeys, "hot", 60);
    hit(hotKeys, "warm", 30);
    hit(hotKeys, `cold ${round}`, 10);
  }
  const [first, second] = hotKeys.take(2);
  expect([first?.key, second?.key]).toEqual(["hot", "warm"]);
  expect((first?.hits ?? 0) / 60_000).toBeGreaterThan(0.9);
  expect((first?.hits ?? 0) / 60_000).toBeLessThan(1.1);
  expect((second?.hits ?? 0) / 30_000).toBeGreaterThan(0.85);
  expect((second?.hits ?? 0) / 30_000).toBeLessThan(1.15);
  expect(hotKeys.take(1)[0]?.key).toMatch(/^cold/);
});

it("goes on counting those that were not among the hottest, and takes back what could not be written down", () => {
  const hotKeys = createHotKeys({ random: () => 0 }); // looks at each
  hit(hotKeys, "a", 5);
  hit(hotKeys, "b", 3);
  const taken = hotKeys.take(1);
  expect(taken).toEqual([{ key: "a", operationId: "listGoals", hits: 5 }]);
  hit(hotKeys, "b", 4);
  hotKeys.putBack(taken);
  expect(hotKeys.take(5).map(({ key, hits }) => [key, hits])).toEqual([
    ["b", 7],
    ["a", 5],
  ]);
});
