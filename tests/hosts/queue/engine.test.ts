import pg from "pg";
import { describe, expect, it } from "vitest";
import { queueDepths } from "#hosts/node/queue/queue-depths.ts";
import { all, gate, ONE_BY_ONE, openQueueBench } from "./fixture.ts";

const ack = async () => new Map();

describe("the engine", () => {
  it("hands over a message within milliseconds of its commit", async () => {
    const bench = await openQueueBench();
    let handledMs = 0;
    await bench.start({
      async handle() {
        handledMs = performance.now();
        return new Map();
      },
    });
    const waitsMs: number[] = [];
    for (let i = 0; i < 20; i++) {
      handledMs = 0;
      const sentMs = performance.now();
      await bench.queue().send(i);
      await expect.poll(() => handledMs, { interval: 1 }).toBeGreaterThan(0);
      waitsMs.push(handledMs - sentMs);
    }
    expect(waitsMs.toSorted((a, b) => a - b)[10]).toBeLessThan(450); // the sweep alone would take 500 in the middle
  });

  it("is woken by an insert of plain SQL", async () => {
    const bench = await openQueueBench();
    const seen: unknown[] = [];
    await bench.start({ handle: async ([message]) => new Map(seen.push(message?.body) ? [] : []) });
    await bench.queue().send("first");
    await expect.poll(() => seen).toEqual(["first"]);
    const psql = new pg.Client({ connectionString: bench.url });
    await psql.connect();
    const waitsMs: number[] = [];
    for (let i = 0; i < 5; i++) {
      const sentMs = performance.now();
      await psql.query("insert into outbox (queue, body) values ('jobs', $1)", [i]);
      await expect.poll(() => seen, { interval: 2 }).toContain(i);
      waitsMs.push(performance.now() - sentMs);
    }
    await psql.end();
    expect(waitsMs.toSorted((a, b) => a - b)[2]).toBeLessThan(450); // the sweep alone would take 500 in the middle
  });

  it("finds a message of which no signal came", async () => {
    const bench = await openQueueBench();
    const seen: unknown[] = [];
    await bench.start({ handle: async ([message]) => new Map(seen.push(message?.body) ? [] : []) });
    await bench.pool.query("insert into outbox (queue, body) values ('jobs', '1')"); // the pool's writes do not notify
    await expect.poll(() => seen, { timeout: 3000 }).toEqual([1]);
  });

  it("hands over a delayed message at its time", async () => {
    const bench = await openQueueBench();
    const seen: { body: unknown; ms: number }[] = [];
    await bench.start({
      handle: async ([message]) => new Map(seen.push({ body: message?.body, ms: performance.now() }) ? [] : []),
    });
    const sentMs = performance.now();
    await bench.queue().sendBatch([{ body: "late", delaySeconds: 2 }, { body: "at once" }]);
    await expect.poll(() => seen.map(({ body }) => body), { timeout: 5000 }).toEqual(["at once", "late"]);
    const waitedMs = (seen[1]?.ms ?? 0) - sentMs;
    expect(waitedMs).toBeGreaterThanOrEqual(2000);
  });

  it("lets a batch fill, for as long as it may wait", async () => {
    const bench = await openQueueBench();
    const batches: unknown[][] = [];
    await bench.start({
      settings: { batchSize: 3, maxWaitMs: 400, attempts: 3, concurrency: 1 },
      async handle(messages) {
        batches.push(messages.map(({ body }) => body));
        return new Map();
      },
    });
    for (const body of [1, 2, 3, 4]) await bench.queue().send(body);
    await expect.poll(() => batches, { timeout: 300 }).toEqual([[1, 2, 3]]);
    await expect.poll(() => batches).toEqual([[1, 2, 3], [4]]);
  });

  it("never runs more handler calls than its concurrency", async () => {
    const bench = await openQueueBench();
    let inFlight = 0;
    let most = 0;
    let done = 0;
    await bench.start({
      settings: { ...ONE_BY_ONE, concurrency: 3 },
      async handle() {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight--;
        done++;
        return new Map();
      },
    });
    await bench.queue().sendBatch(Array.from({ length: 50 }, (_, body) => ({ body })));
    await expect.poll(() => done, { timeout: 5000 }).toBe(50);
    expect(most).toBe(3);
  });

  it("shares the work of a queue with another, each message once", async () => {
    const bench = await openQueueBench();
    const seen: unknown[][] = [[], []];
    const settings = { batchSize: 5, maxWaitMs: 0, attempts: 3, concurrency: 2 };
    for (const mine of seen) {
      await bench.start({
        settings,
        async handle(messages) {
          mine.push(...messages.map(({ body }) => body));
          await new Promise((resolve) => setTimeout(resolve, 2));
          return new Map();
        },
      });
    }
    await Promise.all(
      Array.from({ length: 10 }, (_, batch) =>
        bench.queue().sendBatch(Array.from({ length: 100 }, (_, i) => ({ body: batch * 100 + i }))),
      ),
    );
    await expect.poll(() => seen.flat().length, { timeout: 15_000 }).toBe(1000);
    await expect.poll(bench.rows).toEqual([]);
    expect(new Set(seen.flat()).size).toBe(1000);
    expect(Math.min(...seen.map((mine) => mine.length))).toBeGreaterThan(100);
  });

  it("finishes what runs and gives back the rest when it is stopped", async () => {
    const bench = await openQueueBench();
    const { opened, open } = gate();
    const seen: unknown[] = [];
    const engine = await bench.start({
      settings: { batchSize: 2, maxWaitMs: 60_000, attempts: 3, concurrency: 2 },
      async handle(messages) {
        seen.push(...messages.map(({ body }) => body));
        await opened;
        return all(messages, { outcome: "ack" });
      },
    });
    await bench.queue().sendBatch([1, 2, 3].map((body) => ({ body })));
    await expect.poll(() => seen).toEqual([1, 2]);
    await expect.poll(() => engine.stats()[0]?.held).toBe(3);
    const stopped = engine.stop({ timeoutMs: 5000 });
    await expect.poll(bench.rows).toContainEqual(expect.objectContaining({ attempts: 0, leasedBy: null }));
    open();
    await stopped;
    expect(await bench.rows()).toMatchObject([{ attempts: 0, leasedBy: null }]);
    const next: unknown[] = [];
    await bench.start({ handle: async ([message]) => new Map(next.push(message?.body) ? [] : []) });
    await expect.poll(() => next).toEqual([3]);
  });

  it("stops in time though a handler does not end, and the message is given back once the process is gone", async () => {
    const bench = await openQueueBench();
    const { opened, open } = gate();
    let isRunning = false;
    const engine = await bench.start({
      async handle(messages) {
        isRunning = true;
        await opened;
        return all(messages, { outcome: "ack" });
      },
    });
    await bench.queue().send("slow");
    await expect.poll(() => isRunning).toBe(true);
    const startedMs = performance.now();
    await engine.stop({ timeoutMs: 300 });
    expect(performance.now() - startedMs).toBeLessThan(10_000); // the handler never ends
    const seen: unknown[] = [];
    await bench.start({ handle: async ([message]) => new Map(seen.push(message?.body) ? [] : []) });
    await expect.poll(() => seen).toEqual(["slow"]);
    open();
  });
});

describe("queue depths", () => {
  it("counts what is ready, delayed, leased and dead in each queue", async () => {
    const bench = await openQueueBench();
    await bench.pool.query(`insert into outbox (queue, body, available_at, leased_by, created_at) values
      ('mail', '1', now() - interval '1 minute', null, now() - interval '2 minutes'), ('mail', '2', now(), null, now()),
      ('mail', '3', now() + interval '1 hour', null, now()), ('mail', '4', now() + interval '1 hour', 7, now()),
      ('sms', '5', now() + interval '1 hour', 7, now())`);
    await bench.pool.query(`insert into dead_letters (queue, reason, attempts, replayed_at) values
      ('fax', 'x', 1, null), ('fax', 'x', 1, now()), ('mail', 'x', 1, null)`);
    const depths = await queueDepths(bench.database);
    expect(depths).toMatchObject([
      { queue: "fax", ready: 0, delayed: 0, leased: 0, oldestReadyMs: 0, deadLetters: 1 },
      { queue: "mail", ready: 2, delayed: 1, leased: 1, deadLetters: 1 },
      { queue: "sms", ready: 0, delayed: 0, leased: 1, oldestReadyMs: 0, deadLetters: 0 },
    ]);
    expect(depths[1]?.oldestReadyMs).toBeGreaterThanOrEqual(60_000);
    expect(depths[1]?.oldestReadyMs).toBeLessThan(70_000);
    await bench.start({ queue: "mail", handle: ack });
    await expect.poll(() => bench.rows().then((rows) => rows.length)).toBe(3);
  });
});
