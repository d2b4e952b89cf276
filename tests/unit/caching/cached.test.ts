import { describe, expect, it } from "vitest";
import { type CachedContext, cached } from "#shared/caching/cached.ts";
import { createCaches } from "#shared/caching/caches.ts";
import { Reads, recording } from "#shared/caching/reads.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { reading } from "#shared/database/tags.ts";

interface Ctx extends CachedContext<Ctx> {
  readonly db: Pick<Database, "query">;
}

/** A table of one row, and a clock that stands still. */
function world() {
  const state = { value: 1, nowMs: 0, queries: 0, gate: Promise.resolve() };
  const caches = createCaches({ clock: () => state.nowMs, peers: "alone" });
  const db = {
    async query() {
      state.queries += 1;
      const { value } = state;
      await state.gate;
      return [{ value }];
    },
  } as unknown as Database; // safe: nothing but query is used
  const open = (reads?: Reads): Ctx => ({
    caches,
    reads,
    db: reads ? recording(db, reads) : db,
    recording: (inner) => open(inner),
    waitUntil: () => undefined,
  });
  const change = (value: number) => {
    state.value = value;
    return caches.touched(["goals:acme:1"]);
  };
  const row = reading(sql<{ value: number }>`select`, ["goals:acme:1"]);
  const read = (ctx = open(), spec = { key: "row", ttlMs: 1_000 }) =>
    cached(ctx, spec, async ({ db }) => (await db.query(row))[0]?.value);
  return { state, caches, open, change, read };
}

describe("what a verb has read", () => {
  it("is read once, until something that it read changes", async () => {
    const { state, change, read } = world();
    expect([await read(), await read()]).toEqual([1, 1]);
    expect(state.queries).toBe(1);
    await change(2);
    expect(await read()).toBe(2);
    expect(state.queries).toBe(2);
  });

  it("is read once for all who ask at the same time", async () => {
    const { state, read } = world();
    expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
    expect(state.queries).toBe(1);
  });

  it("is not given to who asks after a change that the reading may have missed, nor kept", async () => {
    const { state, change, read } = world();
    const { promise, resolve } = Promise.withResolvers<void>();
    state.gate = promise;
    const before = read();
    await Promise.resolve();
    await change(2);
    const after = read();
    resolve();
    expect([await before, await after]).toEqual([1, 2]);
    expect(await read()).toBe(2);
  });

  it("is read anew when its time is over", async () => {
    const { state, read } = world();
    await read();
    state.nowMs = 999;
    await read();
    expect(state.queries).toBe(1);
    state.nowMs = 1_000;
    await read();
    expect(state.queries).toBe(2);
  });

  it("while it is stale, one reads and the others go on", async () => {
    const { state, open, read } = world();
    const spec = { key: "row", ttlMs: 1_000, staleMs: 1_000 };
    await read(open(), spec);
    state.nowMs = 1_500;
    const { promise, resolve } = Promise.withResolvers<void>();
    state.gate = promise;
    const reader = read(open(), spec);
    expect(await read(open(), spec)).toBe(1);
    resolve();
    await reader;
    expect(state.queries).toBe(2);
  });

  it("tells who keeps something made of it what that rests on", async () => {
    const { caches, open, change, read } = world();
    await read();
    const outer = new Reads(caches.epochs);
    await read(open(outer));
    expect(outer.tags).toEqual(["goals:acme:1"]);
    await change(2);
    expect(outer.isFresh).toBe(false);
  });
});
