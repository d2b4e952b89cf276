import { afterAll, beforeAll, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import type { CacheStore } from "#shared/caching/cache-store.ts";
import { createCaches } from "#shared/caching/caches.ts";
import { memoryCacheStore } from "#shared/caching/memory-cache-store.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { broadcastChannel } from "#tests/support/broadcast-channel.ts";

/** Two processes whose store, in memory, can hold back what it found. */

const api = createApi();
const channel = broadcastChannel(2_000);
const shared = memoryCacheStore(systemClock);
let first: TestInstance;
let a: ReturnType<typeof startProcess>;
let b: ReturnType<typeof startProcess>;
let acme: TestTenant;

function startProcess(id: string) {
  const gate = { passes: Promise.resolve(), looks: 0 };
  const store: CacheStore = {
    ...shared,
    async look(...args) {
      const found = await shared.look(...args);
      gate.looks += 1;
      await gate.passes;
      return found;
    },
  };
  const { peers } = channel.join(id, store);
  const caches = createCaches({ clock: systemClock, peers, store });
  return { gate, peers, rainwire: openTestInstance({ beside: first, caches }) };
}

beforeAll(async () => {
  first = await openTestInstance();
  [a, b] = [startProcess("a"), startProcess("b")];
  acme = await first.tenant();
});
afterAll(async () => {
  for (const process of [a, b]) {
    await process.peers.close();
    await (await process.rainwire).close();
  }
  await first.close();
});

it("who joins a look of before a change is not given what it found", async () => {
  await expect.poll(() => b.peers.readable()).toBeDefined();
  const [one, other] = [await a.rainwire, await b.rainwire];
  const made = await one.fetch(api, "/v1/goals", asking(acme.key, "POST", { title: "Before" }));
  const path = `/v1/goals/${((await made.json()) as { id: string }).id}`; // safe: the API's answer
  const read = async (rainwire: TestInstance) => {
    const answer = await rainwire.fetch(api, path, asking(acme.key, "GET"));
    const { title } = (await answer.json()) as { title: string }; // safe: the API's answer
    return `${title}, ${answer.headers.get("cache-status")?.replace(/ttl=\d+; /, "")}`;
  };
  await read(one);
  await one.settled();

  const { promise, resolve } = Promise.withResolvers<void>();
  b.gate.passes = promise;
  const looks = b.gate.looks;
  const before = read(other);
  await expect.poll(() => b.gate.looks).toBeGreaterThan(looks);
  expect((await one.fetch(api, path, asking(acme.key, "PATCH", { title: "After" }))).status).toBe(200);
  const after = read(other);
  const { misses } = other.instance.caches.responses.counts.of("getGoal", acme.tenantId);
  await expect.poll(() => misses["uri-miss"] + misses.stale).toBe(2); // both have looked in their process
  resolve();
  expect(await before).toBe("Before, rainwire; hit; detail=store");
  expect(await after).toMatch(/^After, rainwire; fwd=/);
  expect(await read(other)).toMatch(/^After, /);
});
