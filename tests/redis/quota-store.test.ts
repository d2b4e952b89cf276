import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectRedis, type RedisConnection } from "#shared/adapters/redis/connection.ts";
import { redisQuotaStore } from "#shared/adapters/redis/quota-store.ts";
import { openUpstash, type UpstashConnection } from "#shared/adapters/upstash/connection.ts";
import { upstashQuotaStore } from "#shared/adapters/upstash/quota-store.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { memoryQuotaStore } from "#shared/limits/memory-quota-store.ts";
import type { QuotaExchange, QuotaStore } from "#shared/limits/quota-store.ts";
import { randomNumbers } from "#tests/support/random-numbers.ts";
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
  upstash = openUpstash({ ...server, onChange: () => undefined });
});
afterAll(async () => {
  await server.close();
  await connection.close();
  await redis.kill();
});

const ask = (key: string, changes: Partial<QuotaExchange> = {}): QuotaExchange => ({
  key,
  limit: 10,
  windowMs: 10_000,
  burst: 0,
  holder: "a",
  used: [],
  returned: 0,
  need: 1,
  demand: 1,
  hope: 0,
  holdMs: 2_000,
  ...changes,
});

const STORES: [string, (clock: Clock) => QuotaStore][] = [
  ["in memory", (clock) => memoryQuotaStore(clock)],
  ["in Redis", (clock) => redisQuotaStore(connection, clock)],
  ["in Upstash Redis", (clock) => upstashQuotaStore(upstash, clock)],
];

describe.each(STORES)("a quota store %s", (where, open) => {
  let nowMs = 0;
  let store: QuotaStore;
  beforeAll(() => {
    store = open(() => nowMs);
  });
  const key = (name: string) => `${where}/${name}`;

  it("grants as many as there are in a window, and says when the next are free", async () => {
    nowMs = 1_000_000;
    expect(await store.exchange(ask(key("a"), { need: 4, demand: 4 }))).toEqual({
      granted: 4,
      free: 6,
      freeInMs: 0,
      holders: 1,
    });
    nowMs += 5_000;
    expect(await store.exchange(ask(key("a"), { holder: "b", need: 6, demand: 6 }))).toMatchObject({
      granted: 6,
      free: 0,
      holders: 2,
    });
    expect(await store.exchange(ask(key("a"), { holder: "c" }))).toEqual({
      granted: 0,
      free: 0,
      freeInMs: 5_040,
      holders: 3,
    });
    nowMs += 5_040;
    expect(await store.exchange(ask(key("a"), { holder: "c", need: 4, demand: 4 }))).toMatchObject({
      granted: 4,
      free: 0,
    });
  });

  it("grants nothing when not even the first request can have its cost", async () => {
    nowMs = 2_000_000;
    await store.exchange(ask(key("need"), { need: 8, demand: 8 }));
    expect(await store.exchange(ask(key("need"), { need: 3, demand: 5 }))).toMatchObject({ granted: 0, free: 2 });
    expect(await store.exchange(ask(key("need"), { need: 2, demand: 5 }))).toMatchObject({ granted: 2, free: 0 });
  });

  it("leases ahead the holder's share of what is free, and takes back what it returns", async () => {
    nowMs = 3_000_000;
    expect(await store.exchange(ask(key("share"), { limit: 100, hope: 500 }))).toMatchObject({ granted: 100, free: 0 });
    expect(await store.exchange(ask(key("share"), { limit: 100, holder: "b" }))).toMatchObject({ granted: 0 });
    expect(await store.exchange(ask(key("share"), { limit: 100, returned: 60, need: 0, demand: 0 }))).toMatchObject({
      free: 60,
    });
    expect(await store.exchange(ask(key("share"), { limit: 100, holder: "b", hope: 500 }))).toMatchObject({
      granted: 30,
      free: 30,
    });
  });

  it("frees a lease that nobody was heard of again, and counts what is reported late", async () => {
    nowMs = 4_000_000;
    expect(await store.exchange(ask(key("late"), { need: 0, demand: 0, hope: 8 }))).toMatchObject({
      granted: 8,
      free: 2,
    });
    nowMs += 1_999;
    expect(await store.exchange(ask(key("late"), { holder: "b", need: 3, demand: 3 }))).toMatchObject({
      granted: 0,
      freeInMs: 0,
    });
    nowMs += 1;
    expect(await store.exchange(ask(key("late"), { holder: "b", need: 3, demand: 3 }))).toMatchObject({
      granted: 3,
      free: 7,
    });
    const report = { used: [[100, 4]] as const, need: 0, demand: 0 };
    expect(await store.exchange(ask(key("late"), report))).toMatchObject({ free: 3 });
  });

  it("paces a burst: three at once, then one each second", async () => {
    nowMs = 5_000_000;
    const paced = { burst: 3 };
    expect(await store.exchange(ask(key("burst"), { ...paced, demand: 9 }))).toMatchObject({
      granted: 3,
      free: 0,
      freeInMs: 1_000,
    });
    nowMs += 999;
    expect(await store.exchange(ask(key("burst"), paced))).toMatchObject({ granted: 0, freeInMs: 1 });
    nowMs += 1;
    expect(await store.exchange(ask(key("burst"), paced))).toMatchObject({ granted: 1 });
  });
});

it.each(STORES.slice(1))("decides %s as in memory, whatever is asked", async (where, open) => {
  const random = randomNumbers(7);
  const below = (n: number) => Math.floor(random() * n);
  for (let round = 0; round < 12; round++) {
    let nowMs = 10_000_000 + below(1_000_000);
    const [theirs, ours] = [open(() => nowMs), memoryQuotaStore(() => nowMs)];
    const limit = [3, 10, 100, 1000][below(4)] ?? 10;
    const windowMs = [1_000, 10_000, 300_000][below(3)] ?? 10_000;
    const burst = below(2) === 0 ? 0 : 1 + below(limit);
    for (let i = 0; i < 60; i++) {
      nowMs += below(4) === 0 ? below(2 * windowMs) : below(windowMs / 50);
      const need = below(3);
      const exchange = ask(`${where}/random/${round}`, {
        limit,
        windowMs,
        burst,
        holder: "abc"[below(3)] ?? "a",
        used: Array.from({ length: below(3) }, () => [below(windowMs / 4), below(3)] as const),
        returned: below(3),
        need,
        demand: need === 0 ? 0 : need + below(4),
        hope: below(limit),
        holdMs: windowMs / 4,
      });
      expect(await theirs.exchange(exchange), `round ${round}, exchange ${i}`).toEqual(await ours.exchange(exchange));
    }
  }
});

it("is not asked while it is away, and rules by its own clock when it is there", async () => {
  const own = await startRedis();
  const there = await connectRedis({ url: own.url, onChange: () => undefined });
  const store = redisQuotaStore(there);
  expect(await store.exchange(ask("own-clock", { windowMs: 200, need: 10, demand: 10 }))).toMatchObject({
    granted: 10,
  });
  await expect
    .poll(async () => (await store.exchange(ask("own-clock", { windowMs: 200 })))?.granted, { interval: 20 })
    .toBe(1);
  await own.kill();
  await expect.poll(() => store.exchange(ask("own-clock"))).toBeUndefined();
  await there.close();
});
