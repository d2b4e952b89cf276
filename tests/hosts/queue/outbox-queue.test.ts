import { describe, expect, it } from "vitest";
import { openQueueBench } from "./fixture.ts";

describe("sending to a queue", () => {
  it("has committed the message when the send resolves", async () => {
    const bench = await openQueueBench();
    await bench.queue("mail", "acme").send({ to: "ada" }, { delaySeconds: 60 });
    const { rows } = await bench.pool.query(
      "select queue, body, tenant_id, event_id, extract(epoch from available_at - created_at)::float8 as delay from outbox",
    );
    expect(rows).toEqual([{ queue: "mail", body: { to: "ada" }, tenant_id: "acme", event_id: null, delay: 60 }]);
  });

  it("writes sends that come together in few statements", async () => {
    const bench = await openQueueBench();
    const queue = bench.queue();
    await Promise.all(Array.from({ length: 500 }, (_, i) => queue.send(i)));
    const { rows } = await bench.pool.query(
      "select count(*) as count, count(distinct created_at) as statements from outbox",
    );
    expect(rows[0].count).toBe(500);
    expect(rows[0].statements).toBeLessThanOrEqual(3);
  });

  it("wakes whoever listens", async () => {
    const bench = await openQueueBench();
    let signals = 0;
    bench.signals.subscribe("outbox", () => signals++);
    await bench.queue().send(1);
    expect(signals).toBe(1);
  });

  it("fails the send whose body PostgreSQL refuses, and no other", async () => {
    const bench = await openQueueBench();
    const queue = bench.queue();
    const sends = await Promise.allSettled([queue.send("good"), queue.send("bad\u0000"), queue.send("good too")]);
    expect(sends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await bench.rows()).toHaveLength(2);
  });

  it("sends each message of a batch with its own delay, or the batch's", async () => {
    const bench = await openQueueBench();
    await bench.queue().sendBatch([{ body: "own", delaySeconds: 5 }, { body: "shared" }], { delaySeconds: 9 });
    const { rows } = await bench.pool.query(
      "select body, extract(epoch from available_at - created_at)::int as delay from outbox order by delay",
    );
    expect(rows).toEqual([
      { body: "own", delay: 5 },
      { body: "shared", delay: 9 },
    ]);
  });

  it("takes null, and hands over null", async () => {
    const bench = await openQueueBench();
    const seen: unknown[] = [];
    await bench.start({ handle: async ([message]) => new Map(seen.push(message?.body) ? [] : []) });
    await bench.queue().send(null);
    await expect.poll(() => seen).toEqual([null]);
  });

  it("refuses what Cloudflare's queues would, and says how to mend it", async () => {
    const bench = await openQueueBench();
    const queue = bench.queue("mail");
    await expect(queue.send("x".repeat(127_998))).resolves.toBeUndefined(); // with its quotes 128,000 bytes
    await expect(queue.send("x".repeat(127_999))).rejects.toThrow("has 128001 bytes, and may have 128000");
    await expect(queue.send("ü".repeat(64_000))).rejects.toThrow("has 128002 bytes");
    const many = (count: number, body: unknown) => Array.from({ length: count }, () => ({ body }));
    await expect(queue.sendBatch(many(100, 1))).resolves.toBeUndefined();
    await expect(queue.sendBatch(many(101, 1))).rejects.toThrow("got 101 messages, and takes 100");
    await expect(queue.sendBatch(many(3, "x".repeat(100_000)))).rejects.toThrow("got 300006 bytes, and takes 256000");
    await expect(queue.send(undefined)).rejects.toThrow("has no JSON form");
    await expect(queue.send(new Uint8Array(2), { contentType: "bytes" })).rejects.toThrow("base64");
    await expect(queue.send(1, { delaySeconds: 43_201 })).rejects.toThrow("must lie in 0 to 43200");
    expect(await bench.rows()).toHaveLength(101);
  });
});
