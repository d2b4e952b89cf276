import { describe, expect, it } from "vitest";
import type { LeasedMessage } from "#hosts/running/queue/message.ts";
import { all, gate, ONE_BY_ONE, openQueueBench } from "./fixture.ts";

describe("settlement", () => {
  it("hands over the body, the tenant and the attempt, and deletes what is done", async () => {
    const bench = await openQueueBench();
    const seen: LeasedMessage[] = [];
    await bench.start({ handle: async (messages) => all(seen.push(...messages) ? messages : [], { outcome: "ack" }) });
    await bench.queue("jobs", "acme").send({ greeting: "hello" });
    await expect.poll(() => seen).toMatchObject([{ body: { greeting: "hello" }, attempts: 1, tenantId: "acme" }]);
    expect(seen[0]?.enqueuedAt).toBeInstanceOf(Date);
    await expect.poll(bench.rows).toEqual([]);
  });

  it("hands over an event as its id", async () => {
    const bench = await openQueueBench();
    const seen: unknown[] = [];
    await bench.start({ handle: async ([message]) => new Map(seen.push(message?.body) ? [] : []) });
    const eventId = await bench.insertOrdered("goals/1", 1);
    await expect.poll(() => seen).toEqual([{ eventId }]);
  });

  it("tries again after the delay the handler asked for, and says why", async () => {
    const bench = await openQueueBench();
    const at: { attempts: number; ms: number }[] = [];
    await bench.start({
      async handle(messages) {
        at.push({ attempts: messages[0]?.attempts ?? 0, ms: performance.now() });
        return all(messages, at.length === 1 ? { outcome: "retry", delayMs: 300, error: "busy" } : { outcome: "ack" });
      },
    });
    await bench.queue().send(1);
    await expect.poll(bench.rows).toMatchObject([{ attempts: 1, leasedBy: null, lastError: "busy", isDue: false }]);
    await expect.poll(() => at.map(({ attempts }) => attempts), { timeout: 3000 }).toEqual([1, 2]);
    const waitedMs = (at[1]?.ms ?? 0) - (at[0]?.ms ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(300);
  });

  it("makes a dead letter of the message whose attempts are spent, with the last error", async () => {
    const bench = await openQueueBench();
    let calls = 0;
    await bench.start({
      handle: async (messages) => all(messages, { outcome: "retry", delayMs: 0, error: `failure ${++calls}` }),
    });
    await bench.queue("jobs", "acme").send({ n: 7 });
    await expect
      .poll(bench.deadLetters, { timeout: 5000 })
      .toEqual([{ reason: "attempts_exhausted", detail: "failure 3", attempts: 3, body: { n: 7 }, tenantId: "acme" }]);
    expect(await bench.rows()).toEqual([]);
    expect(calls).toBe(3);
  });

  it("tries all of a batch again when the handler throws", async () => {
    const bench = await openQueueBench();
    await bench.start({
      settings: { ...ONE_BY_ONE, batchSize: 10 },
      handle: () => Promise.reject(new Error("no way\u0000")),
    });
    await bench.queue().sendBatch([{ body: 1 }, { body: 2 }]);
    await expect.poll(bench.rows).toMatchObject([
      { attempts: 1, lastError: "no way", leasedBy: null },
      { attempts: 1, lastError: "no way", leasedBy: null },
    ]);
  });

  it("gives the attempt back when the handler says it is not spent", async () => {
    const bench = await openQueueBench();
    const attempts: number[] = [];
    await bench.start({
      async handle(messages) {
        attempts.push(messages[0]?.attempts ?? 0);
        const isOpenCircuit = attempts.length <= 5;
        return all(
          messages,
          isOpenCircuit ? { outcome: "retry", delayMs: 0, isAttemptSpent: false } : { outcome: "ack" },
        );
      },
    });
    await bench.queue().send(1);
    await expect.poll(() => attempts, { timeout: 5000 }).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await bench.deadLetters()).toEqual([]);
  });

  it("moves a message to the dead letters when the handler says so", async () => {
    const bench = await openQueueBench();
    await bench.start({
      handle: async (messages) => all(messages, { outcome: "dead", reason: "gone", detail: "HTTP 410" }),
    });
    await bench.queue().send("x");
    await expect
      .poll(bench.deadLetters)
      .toEqual([{ reason: "gone", detail: "HTTP 410", attempts: 1, body: "x", tenantId: null }]);
    expect(await bench.rows()).toEqual([]);
  });

  it.each(["ack", "retry", "dead"] as const)("does nothing on %s when the effect deleted the row", async (outcome) => {
    const bench = await openQueueBench();
    let calls = 0;
    const engine = await bench.start({
      async handle(messages) {
        calls++;
        await bench.pool.query("delete from outbox where id = $1", [messages[0]?.id]);
        return all(messages, outcome === "dead" ? { outcome, reason: "x" } : { outcome });
      },
    });
    await bench.queue().send(1);
    await expect.poll(() => calls).toBe(1);
    await expect.poll(() => engine.stats()).toEqual([{ queue: "jobs", held: 0, callsInFlight: 0 }]);
    expect(await bench.rows()).toEqual([]);
    expect(await bench.deadLetters()).toEqual([]);
  });

  it.each(["ack", "retry", "dead"] as const)(
    "leaves a message alone on %s once another process took it over",
    async (outcome) => {
      const bench = await openQueueBench();
      const { opened, open } = gate();
      const seen: string[] = [];
      const engine = await bench.start({
        async handle(messages) {
          seen.push(messages[0]?.id ?? "");
          await opened;
          return all(messages, outcome === "dead" ? { outcome, reason: "x" } : { outcome });
        },
      });
      await bench.queue().send(1);
      await expect.poll(() => seen.length).toBe(1);
      await bench.pool.query(
        "update outbox set leased_by = 42, attempts = 2, available_at = now() + interval '1 hour'",
      );
      open();
      await expect.poll(() => engine.stats()[0]?.held).toBe(0);
      expect(await bench.rows()).toEqual([{ id: seen[0], attempts: 2, leasedBy: 42, lastError: null, isDue: false }]);
      expect(await bench.deadLetters()).toEqual([]);
    },
  );

  it("renews the lease of a handler that takes longer", async () => {
    const bench = await openQueueBench();
    const { opened, open } = gate();
    let calls = 0;
    await bench.start({
      settings: { ...ONE_BY_ONE, concurrency: 2, leaseMs: 1500 },
      async handle() {
        calls++;
        await opened;
        return new Map();
      },
    });
    await bench.queue().send(1);
    const lease = async () =>
      (await bench.pool.query("select available_at > created_at + interval '3.5 seconds' as is_renewed from outbox"))
        .rows[0];
    await expect.poll(lease, { timeout: 8000 }).toEqual({ is_renewed: true });
    expect(calls).toBe(1);
    open();
    await expect.poll(bench.rows).toEqual([]);
  });
});
