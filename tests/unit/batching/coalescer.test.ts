import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCoalescer } from "#shared/batching/coalescer.ts";
import { waitAt } from "#shared/batching/load-counts.ts";
import type { LoadKind } from "#shared/batching/load-kind.ts";
import type { Database } from "#shared/database/database.ts";

const db = {} as Database; // safe: the kinds here ask no database

interface Call {
  tenantId: string;
  keys: readonly string[];
  done(): void;
}

/** A kind whose statements end when the test says so; every key but "none" has something, and "bad" cannot be loaded. */
function scripted(): { kind: LoadKind<string>; calls: Call[] } {
  const calls: Call[] = [];
  const kind: LoadKind<string> = {
    name: "things",
    tags: () => [],
    load: (_, tenantId, keys) => {
      const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>();
      const done = () =>
        keys.includes("bad")
          ? reject(new Error("malformed"))
          : resolve(new Map(keys.filter((key) => key !== "none").map((key) => [key, `${tenantId}:${key}`])));
      calls.push({ tenantId, keys, done });
      return promise;
    },
  };
  return { kind, calls };
}

/** Has loads come while a statement is under way until they wait for each other, and leaves the last two under way. */
async function findCompany(load: (key: string) => unknown, calls: readonly Call[]): Promise<void> {
  for (const key of ["x", "y", "z"]) {
    load(key);
    await turn();
  }
  calls[0]?.done();
  await turn();
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("loads of one kind", () => {
  it("leave at once when nobody is before them", async () => {
    const { kind, calls } = scripted();
    const one = createCoalescer().for(db).one(kind, "acme", "a");
    await Promise.resolve();
    expect(calls.map(({ keys }) => keys)).toEqual([["a"]]);
    calls[0]?.done();
    expect(await one).toBe("acme:a");
  });

  it("of the same moment are one statement, equal ones once", async () => {
    const { kind, calls } = scripted();
    const loads = createCoalescer().for(db);
    const first = loads.one(kind, "acme", "a");
    await turn();
    const rest = ["b", "c", "b", "none", "a"].map((key) => loads.one(kind, "acme", key));
    await turn();
    // "a" again: what is under way may have read before a write that this caller knows of.
    expect(calls.map(({ keys }) => keys)).toEqual([["a"], ["b", "c", "none", "a"]]);
    for (const { done } of calls) done();
    expect(await first).toBe("acme:a");
    expect(await Promise.all(rest)).toEqual(["acme:b", "acme:c", "acme:b", undefined, "acme:a"]);
  });

  it("that come while a statement is under way wait for it where others came lately, and are the next one", async () => {
    const { kind, calls } = scripted();
    const loads = createCoalescer().for(db);
    await findCompany((key) => loads.one(kind, "acme", key), calls);
    expect(calls.map(({ keys }) => keys)).toEqual([["x"], ["y"], ["z"]]);
    for (const key of ["a", "b", "a"]) {
      loads.one(kind, "acme", key);
      await turn();
    }
    expect(calls).toHaveLength(3);
    calls[1]?.done();
    await turn();
    expect(calls[3]?.keys).toEqual(["a", "b"]);
  });

  it("of two tenants share no statement", async () => {
    const { kind, calls } = scripted();
    const loads = createCoalescer().for(db);
    const both = ["acme", "umbrella"].map((tenantId) => loads.one(kind, tenantId, "a"));
    await turn();
    expect(calls.map(({ tenantId, keys }) => [tenantId, keys])).toEqual([
      ["acme", ["a"]],
      ["umbrella", ["a"]],
    ]);
    for (const { done } of calls) done();
    expect(await Promise.all(both)).toEqual(["acme:a", "umbrella:a"]);
  });

  it("fail for themselves alone", async () => {
    const { kind, calls } = scripted();
    const loads = createCoalescer().for(db);
    const together = ["a", "bad", "b"].map((key) => loads.one(kind, "acme", key));
    const settled = Promise.allSettled(together);
    await turn();
    calls[0]?.done();
    await turn();
    for (const { done } of calls.slice(1)) done();
    await turn();
    for (const { done } of calls.slice(1)) done();
    expect((await settled).map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).toEqual([
      "acme:a",
      "Error: malformed",
      "acme:b",
    ]);
  });

  it("are at most as many in a statement as the settings say", async () => {
    const { kind, calls } = scripted();
    const coalescer = createCoalescer();
    coalescer.change({ budgetMs: 5, mostKeys: 2 });
    const loads = coalescer.for(db);
    for (const key of ["a", "b", "c"]) loads.one(kind, "acme", key);
    await turn();
    expect(calls.map(({ keys }) => keys)).toEqual([["a", "b"], ["c"]]);
  });
});

describe("the window", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("ends when the first who waits has waited as long as the budget allows", async () => {
    const { kind, calls } = scripted();
    const coalescer = createCoalescer();
    const loads = coalescer.for(db, () => "getThing");
    await findCompany((key) => loads.one(kind, "acme", key), calls);
    loads.one(kind, "acme", "b");
    vi.advanceTimersByTime(3);
    loads.one(kind, "acme", "c");
    vi.advanceTimersByTime(1);
    expect(calls).toHaveLength(3);
    vi.advanceTimersByTime(1);
    expect(calls[3]?.keys).toEqual(["b", "c"]);
    const [counts] = coalescer.takeCounts();
    expect(counts).toMatchObject({ kind: "things", route: "getThing", loads: 5, equal: 0, statements: 4 });
    expect(counts && waitAt(counts, 1)).toBe(5.5); // 5 ms, in steps of half a ms
    expect(coalescer.takeCounts()).toEqual([]);
    if (counts) coalescer.putBack([counts, counts]);
    expect(coalescer.takeCounts()).toMatchObject([{ loads: 10, statements: 8 }]);
  });

  it("ends at the next load when its timer is late", async () => {
    const { kind, calls } = scripted();
    let nowMs = 0;
    const loads = createCoalescer(() => nowMs).for(db);
    await findCompany((key) => loads.one(kind, "acme", key), calls);
    loads.one(kind, "acme", "b");
    nowMs = 7; // the process was busy with something else
    loads.one(kind, "acme", "c");
    expect(calls[3]?.keys).toEqual(["b", "c"]);
  });

  it("closes again when none come any more", async () => {
    const { kind, calls } = scripted();
    const loads = createCoalescer().for(db);
    await findCompany((key) => loads.one(kind, "acme", key), calls);
    for (const { done } of calls) done();
    await turn();
    for (const key of ["a", "b", "c"]) {
      loads.one(kind, "acme", key); // alone
      await turn();
      calls.at(-1)?.done();
      await turn();
    }
    loads.one(kind, "acme", "d");
    await turn();
    loads.one(kind, "acme", "e");
    await turn();
    expect(calls.slice(-2).map(({ keys }) => keys)).toEqual([["d"], ["e"]]);
  });
});
