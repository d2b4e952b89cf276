import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGeneration } from "#shared/caching/generation.ts";
import { memoryCacheStore } from "#shared/caching/memory-cache-store.ts";
import { broadcastChannel } from "#tests/support/broadcast-channel.ts";

const LEASE_MS = 1_000;
const BEAT_MS = LEASE_MS / 5;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function world() {
  const state: { life: string | undefined } = { life: "one" };
  const store = memoryCacheStore(Date.now, () => state.life);
  const { join, say } = broadcastChannel(LEASE_MS);
  return { state, say, store, join: (id: string) => join(id, store), bare: (id: string) => join(id) };
}

describe("the generation of the store", () => {
  it("is begun by the first and learned by those that come after", async () => {
    const { join } = world();
    const a = join("a");
    expect(a.peers.readable()).toBeUndefined();
    await pass(1);
    const first = a.peers.readable();
    expect(first).toMatch(/^one\./);
    const b = join("b");
    await pass(1);
    expect(b.peers.readable()).toBe(first);
  });

  it("is left by all when a change was ended in none or in another, and another is begun", async () => {
    const { join } = world();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    for (const endedIn of [undefined, "one.another"]) {
      const before = b.peers.readable();
      expect(before).toBeDefined();
      const told = a.peers.tell(["goals:acme"], endedIn);
      await pass(1);
      await told;
      expect([a.peers.readable(), b.peers.readable()]).toEqual([undefined, undefined]);
      await pass(BEAT_MS);
      expect(b.peers.readable()).toBeDefined();
      expect(b.peers.readable()).not.toBe(before);
      expect(a.peers.readable()).toBe(b.peers.readable());
    }
  });

  it("goes on when it was ended there", async () => {
    const { join } = world();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    const before = a.peers.readable();
    const told = a.peers.tell(["goals:acme"], before);
    await pass(1);
    await told;
    expect([a.peers.readable(), b.peers.readable()]).toEqual([before, before]);
  });

  it("is left also by one that is alone, and by the change of a process without a store", async () => {
    const { join, bare } = world();
    const a = join("a");
    await pass(1);
    const first = a.peers.readable();
    expect(a.peers.tell(["goals:acme"], first)).toBeUndefined();
    const told = a.peers.tell(["goals:acme"]);
    await pass(1);
    await told;
    expect(a.peers.readable()).toBeUndefined();
    await pass(BEAT_MS);
    expect(a.peers.readable()).toBeDefined();
    const b = bare("b");
    await pass(1);
    const toldByB = b.peers.tell(["goals:acme"]);
    await pass(1);
    await toldByB;
    expect(a.peers.readable()).toBeUndefined();
  });

  it("is read by nobody who does not hear", async () => {
    const { join } = world();
    const a = join("a");
    await pass(1);
    a.still(true);
    await pass(LEASE_MS);
    expect(a.peers.readable()).toBeUndefined();
  });

  it("is not known to whoever missed texts before another tells it, and is begun anew when all did", async () => {
    const { join, say } = world();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    const first = a.peers.readable();
    a.cut();
    a.mend();
    expect(a.peers.readable()).toBeUndefined();
    await pass(1);
    expect(a.peers.readable()).toBe(first);
    a.cut();
    b.cut();
    say("changed goals:acme"); // plain SQL that nobody hears
    a.mend();
    b.mend();
    await pass(1);
    expect(a.peers.readable()).toBeDefined();
    expect(a.peers.readable()).not.toBe(first);
    expect(b.peers.readable()).toBe(a.peers.readable());
  });

  it("is left when a process vanishes, which may have written what it never ended", async () => {
    const { join } = world();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    const first = a.peers.readable();
    b.still(true);
    b.drop();
    await pass(3 * LEASE_MS);
    expect(a.peers.readable()).toBeDefined();
    expect(a.peers.readable()).not.toBe(first);
  });

  it("is not begun while the store is away, and anew when it came back as another", async () => {
    const { state, join } = world();
    state.life = undefined;
    const a = join("a");
    await pass(LEASE_MS);
    expect(a.peers.isHearing()).toBe(true);
    expect(a.peers.readable()).toBeUndefined();
    state.life = "two";
    await pass(BEAT_MS);
    expect(a.peers.readable()).toMatch(/^two\./);
    state.life = "three";
    await pass(4 * LEASE_MS);
    expect(a.peers.readable()).toMatch(/^three\./);
  });
});

describe("what was heard before it was known", () => {
  it("counts when it is learned", () => {
    const spoken: [string, (generation: ReturnType<typeof createGeneration>) => void, string | undefined][] = [
      ["nothing", () => undefined, "a.1"],
      ["ended in it", (one) => one.compare("a.1"), "a.1"],
      ["ended in another", (one) => one.compare("a.2"), undefined],
      ["ended in none", (one) => one.compare(undefined), undefined],
      ["left", (one) => one.leave("a.1"), undefined],
      ["another left", (one) => one.leave("a.2"), "a.1"],
      ["another begun", (one) => one.begin("a.3"), "a.3"],
    ];
    for (const [name, speak, expected] of spoken) {
      const generation = createGeneration();
      generation.forget();
      speak(generation);
      generation.learn("a.1");
      expect([name, generation.name, generation.isKnown]).toEqual([name, expected, true]);
    }
  });
});
