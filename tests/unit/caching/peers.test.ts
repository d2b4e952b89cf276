import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { broadcastChannel } from "#tests/support/broadcast-channel.ts";

const LEASE_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const channel = () => broadcastChannel(LEASE_MS);

const isDone = (promise: Promise<void> | undefined) =>
  Promise.race([promise?.then(() => true), Promise.resolve().then(() => Promise.resolve(false))]);

describe("a process among others", () => {
  it("that is alone has nobody to tell", async () => {
    const a = channel().join("a");
    expect(a.peers.isHearing()).toBe(false);
    await pass(1);
    expect(a.peers.isHearing()).toBe(true);
    expect(a.peers.tell(["goals:acme"])).toBeUndefined();
  });

  it("is known to those before it, before it keeps anything", async () => {
    const { join } = channel();
    const a = join("a");
    await pass(1);
    const b = join("b");
    await pass(1);
    expect(b.peers.isHearing()).toBe(true);
    const told = a.peers.tell(["goals:acme:1", "goals:acme"]);
    expect(b.moved).not.toContain("goals:acme");
    await told;
    expect(b.moved).toEqual(["goals:acme:1", "goals:acme"]);
  });

  it("waits for one that stands still until that one's lease is over, and forgets it a lease later", async () => {
    const { join } = channel();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    b.still(true);
    const told = a.peers.tell(["goals:acme"]);
    await pass(LEASE_MS - 10);
    expect(await isDone(told)).toBe(false);
    await pass(20);
    await told;
    expect(b.peers.isHearing()).toBe(false);
    expect(a.peers.tell(["goals:acme"])).toBeDefined(); // b's answer may be on its way
    await pass(LEASE_MS + LEASE_MS / 5);
    expect(a.moved).toContain("all"); // b may have written what it never told
    expect(a.peers.tell(["goals:acme"])).toBeUndefined();

    b.still(false);
    expect(b.moved).toContain("goals:acme");
    // It has been forgotten, so to hear itself is not enough: it has to be known again.
    await pass(LEASE_MS / 5 + 1);
    expect(b.peers.isHearing()).toBe(true);
    expect(a.peers.tell(["goals:acme"])).toBeDefined();
  });

  it("hears nothing while its connection is away, and begins with nothing when it is back", async () => {
    const { join } = channel();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    b.cut();
    expect(b.peers.isHearing()).toBe(false);
    const told = a.peers.tell(["goals:acme"]);
    await pass(10);
    expect(await isDone(told)).toBe(false);
    b.mend();
    await pass(1);
    await told; // it keeps nothing from before, so it need not be waited for
    expect(b.moved).toEqual(["all"]);
    expect(b.peers.isHearing()).toBe(true);
  });

  it("ends its lease when it does not hear itself", async () => {
    const a = channel().join("a");
    await pass(1);
    a.still(true);
    await pass(LEASE_MS);
    expect(a.peers.isHearing()).toBe(false);
  });

  it("is not waited for once it has said that it leaves", async () => {
    const { join } = channel();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    await a.peers.close();
    expect(b.peers.tell(["goals:acme"])).toBeUndefined();
  });

  it("that begins beside one whose connection was dropped unnoticed keeps nothing until that one's lease is over", async () => {
    const { join } = channel();
    const a = join("a");
    await pass(1);
    a.drop();
    const b = join("b");
    await pass(1);
    expect(a.peers.isHearing()).toBe(true); // it takes itself for alone
    expect(a.peers.tell(["goals:acme"])).toBeUndefined();
    expect(b.peers.isHearing()).toBe(false);
    const told = b.peers.tell(["goals:acme"]);
    while (a.peers.isHearing()) {
      expect(await isDone(told)).toBe(false);
      expect(b.peers.isHearing()).toBe(false);
      await pass(10);
    }
    await pass(20);
    await told;
    expect(b.peers.isHearing()).toBe(true);
  });

  it("waits for the lease of one that was dropped although others greet it", async () => {
    const { join } = channel();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    a.drop();
    const c = join("c");
    await pass(1);
    expect([a.peers.isHearing(), b.peers.isHearing(), c.peers.isHearing()]).toEqual([true, true, false]);
    await pass(LEASE_MS);
    expect([a.peers.isHearing(), b.peers.isHearing(), c.peers.isHearing()]).toEqual([false, true, true]);
  });

  it("waits once for one that ended without a word, and for none that said it", async () => {
    const { join, enlisted } = channel();
    enlisted.add("killed");
    const a = join("a");
    await pass(LEASE_MS - 10);
    expect(a.peers.isHearing()).toBe(false);
    await pass(LEASE_MS / 5 + 20);
    expect(a.peers.isHearing()).toBe(true);
    expect([...enlisted]).toEqual(["a"]);
    await a.peers.close();
    const b = join("b");
    await pass(1);
    expect(b.peers.isHearing()).toBe(true);
  });

  it("tells much in texts of at most 7,000 characters and waits for the last", async () => {
    const { texts, join } = channel();
    const [a, b] = [join("a"), join("b")];
    await pass(1);
    const tags = Array.from({ length: 300 }, (_, i) => `goals:acme:${"x".repeat(60)}${i}`);
    await a.peers.tell(tags);
    expect(b.moved).toEqual(tags);
    for (const text of texts) expect(text.length).toBeLessThan(7_200);
  });
});
