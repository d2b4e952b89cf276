import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CacheStore } from "#shared/caching/cache-store.ts";
import { type CachedContext, cached } from "#shared/caching/cached.ts";
import { createCaches } from "#shared/caching/caches.ts";
import { memoryCacheStore } from "#shared/caching/memory-cache-store.ts";
import { Reads, recording } from "#shared/caching/reads.ts";
import { entryTags, keepIn } from "#shared/caching/second-tier.ts";
import { createTagEpochs } from "#shared/caching/tag-epochs.ts";
import { valueOfText, valueToText } from "#shared/caching/value-text.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { reading } from "#shared/database/tags.ts";
import { broadcastChannel } from "#tests/support/broadcast-channel.ts";

const TAG = "goals:acme:1";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);

interface Ctx extends CachedContext<Ctx> {
  readonly db: Pick<Database, "query">;
}

/** A row that processes read through a store whose answers can be held back: what is held has been done. */
function world() {
  const channel = broadcastChannel(1_000);
  const state = { value: 1, queries: 0, isAway: false };
  const shared = memoryCacheStore(Date.now);
  const db = {
    async query() {
      state.queries += 1;
      return [{ value: state.value }];
    },
  } as unknown as Database; // safe: nothing but query is used

  function join(id: string) {
    const gates = { look: Promise.resolve(), end: Promise.resolve() };
    const store: CacheStore = {
      ...shared,
      async look(...args) {
        const found = await shared.look(...args);
        await gates.look;
        return found;
      },
      async end(...args) {
        await gates.end;
        return state.isAway ? false : await shared.end(...args);
      },
    };
    const { peers, still } = channel.join(id, store);
    const caches = createCaches({ clock: Date.now, peers, store });
    const open = (reads?: Reads): Ctx => ({
      caches,
      reads,
      db: reads ? recording(db, reads) : db,
      recording: (inner) => open(inner),
      waitUntil: () => undefined,
    });
    const row = reading(sql<{ value: number }>`select`, [TAG]);
    const read = (ctx = open()) =>
      cached(ctx, { key: "row", ttlMs: 60_000 }, async ({ db }) => (await db.query(row))[0]?.value);
    /** Made of what `read` gives and something else. */
    const readMore = () => cached(open(), { key: "more", ttlMs: 60_000 }, read);
    const hold = (what: keyof typeof gates) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates[what] = promise;
      return resolve;
    };
    return { peers, still, caches, read, readMore, hold };
  }
  return { state, channel, join };
}

async function two() {
  const { state, channel, join } = world();
  const [a, b] = [join("a"), join("b")];
  await pass();
  expect(a.peers.readable()).toBeDefined();
  expect(b.peers.readable()).toBe(a.peers.readable());
  return { state, channel, a, b };
}

describe("two processes and a store", () => {
  it("one takes what the other has read", async () => {
    const { state, a, b } = await two();
    expect([await a.read(), await b.read(), await b.read()]).toEqual([1, 1, 1]);
    expect(state.queries).toBe(1);
  });

  it("a write is told to the others only when the store has ended what it held", async () => {
    const { state, channel, a, b } = await two();
    await a.read();
    const generation = b.peers.readable();
    const letEnd = a.hold("end");
    state.value = 2;
    const told = a.caches.touched([TAG]);
    await pass(10);
    // Both still find it in the store, and keep it.
    expect([await a.read(), await b.read()]).toEqual([1, 1]);
    expect(channel.texts.filter((text) => text.startsWith("news"))).toEqual([]);
    letEnd();
    await pass(10);
    await told;
    expect([await a.read(), await b.read()]).toEqual([2, 2]);
    expect([a.peers.readable(), b.peers.readable()]).toEqual([generation, generation]);
  });

  it("whoever joins a look of before a change is not given what it found", async () => {
    const { state, a, b } = await two();
    await a.read();
    const letLook = b.hold("look");
    const before = b.read();
    await pass(10);
    state.value = 2;
    const told = a.caches.touched([TAG]);
    await pass(10);
    await told;
    const after = b.read();
    letLook();
    expect([await before, await after]).toEqual([1, 2]);
    expect(await b.read()).toBe(2);
  });

  it("a reading that was begun before a change is kept by nobody", async () => {
    const { state, a, b } = await two();
    const letLook = b.hold("look");
    const before = b.read();
    await pass(10);
    const told = a.caches.touched([TAG]);
    await pass(10);
    await told;
    letLook();
    await before;
    state.value = 2;
    expect([await a.read(), await b.read()]).toEqual([2, 2]);
  });

  it("what is made of a value of before a change is not kept for others, though that has not been heard of yet", async () => {
    const { state, a, b } = await two();
    await b.read();
    b.still(true);
    state.value = 2;
    const told = a.caches.touched([TAG]);
    await pass(10);
    expect(await b.readMore()).toBe(1); // its own value still holds, as far as it knows
    await pass(10);
    expect(await a.readMore()).toBe(2);
    b.still(false);
    await pass(10);
    await told;
    expect([await a.readMore(), await b.readMore()]).toEqual([2, 2]);
  });

  it("what is made of a value of before another change is kept for others", async () => {
    const { state, a, b } = await two();
    await b.read();
    const told = a.caches.touched(["goals:acme:another"]);
    await pass(10);
    await told;
    expect([await b.readMore(), await a.readMore()]).toEqual([1, 1]);
    expect(state.queries).toBe(1);
  });

  it("a change past all processes ends it in the store, and one that cannot be ended leaves the generation", async () => {
    const { state, channel, a, b } = await two();
    for (const isAway of [false, true]) {
      await pass(500);
      await a.read();
      const generation = b.peers.readable();
      expect(generation).toBeDefined();
      state.isAway = isAway;
      state.value += 1;
      channel.say(`changed ${TAG}`);
      await pass(10);
      expect(b.peers.readable()).toBe(isAway ? undefined : generation);
      expect([await a.read(), await b.read()]).toEqual([state.value, state.value]);
    }
  });
});

it.each([
  ["asked the same generation", "memory.1", true],
  ["asked another generation", "memory.2", false],
  ["did not ask the store", undefined, false],
])("what is made of a reading that %s is kept: %s, %s", async (_, generation, isKept) => {
  const store = memoryCacheStore(Date.now);
  const mark = (await store.look("memory.1", "a"))?.mark ?? "";
  const epochs = createTagEpochs();
  const [outer, inner] = [new Reads(epochs), new Reads(epochs)];
  outer.asked = { generation: "memory.1", mark };
  if (generation !== undefined) inner.asked = { generation, mark };
  inner.add([TAG]);
  outer.restOn(inner);
  await keepIn(store, outer, "a", { text: "text", tags: outer.tags, leftMs: 60_000 });
  expect((await store.look("memory.1", "a"))?.entry !== undefined).toBe(isKept);
});

it("an entry rests on its tags, their tables, and what was asked by whom", () => {
  expect(entryTags(["goals:acme", "goals:acme:1"], { tenantId: "acme", path: "/v1/goals" })).toEqual([
    "goals:acme",
    "goals:acme:1",
    "goals:acme:*",
    "asked:acme",
    "key:acme:/v1/goals",
  ]);
});

describe("a value as text", () => {
  it.each([
    [{ a: [1, "x", null, true], when: new Date(5), inner: { at: new Date(0) }, none: undefined }],
    [null],
    ["text"],
  ])("comes back as it was: %j", (value) => {
    expect(valueOfText(valueToText(value) ?? "")).toEqual(value);
  });

  it.each([[new Map()], [{ a: 1n }], [{ a: Number.NaN }], [new (class Own {})()], [undefined], [() => 1]])(
    "is refused when JSON has no word for it: %s",
    (value) => {
      expect(valueToText(value)).toBeUndefined();
    },
  );
});
