import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import { temporaryDirectory } from "#tests/support/temporary-directory.ts";
import { all, ONE_BY_ONE, openQueueBench } from "./fixture.ts";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "..", "migrations");

async function startHolder(url: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "crash-child.ts"), url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data"); // "held"
  return child;
}

describe("a process that is killed", () => {
  it("costs about a second when another process is there to notice", async () => {
    const bench = await openQueueBench();
    await bench.queue().send("precious");
    const child = await startHolder(bench.url);
    const seen: { attempts: number; body: unknown }[] = [];
    await bench.start({
      async handle(messages) {
        seen.push(...messages.map(({ attempts, body }) => ({ attempts, body })));
        return all(messages, { outcome: "ack" });
      },
    });
    expect(await bench.rows()).toMatchObject([{ attempts: 1, isDue: false }]);
    const killedMs = performance.now();
    child.kill("SIGKILL");
    await expect.poll(() => seen, { timeout: 10_000, interval: 10 }).toEqual([{ attempts: 2, body: "precious" }]);
    expect(performance.now() - killedMs).toBeLessThan(15_000); // a lease is 30 s
    await expect.poll(bench.rows).toEqual([]);
  });

  it("costs no wait when a process starts after it", async () => {
    const bench = await openQueueBench();
    await bench.queue().send("precious");
    const child = await startHolder(bench.url);
    child.kill("SIGKILL");
    await once(child, "exit");
    const isLockGone = async () =>
      (
        await bench.pool.query(
          "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
        )
      ).rows[0].count;
    await expect.poll(isLockGone, { interval: 5 }).toBe(0);
    const seen: unknown[] = [];
    const startedMs = performance.now();
    await bench.start({ handle: async ([message]) => new Map(seen.push(message?.body) ? [] : []) });
    await expect.poll(() => seen, { interval: 10 }).toEqual(["precious"]);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  it("makes a dead letter of the message that killed its process at every attempt", async () => {
    const bench = await openQueueBench();
    await bench.pool.query("insert into outbox (queue, body, attempts) values ('jobs', '\"poison\"', 3)");
    let calls = 0;
    await bench.start({
      async handle() {
        calls++;
        return new Map();
      },
    });
    await expect.poll(bench.deadLetters).toMatchObject([{ reason: "attempts_exhausted", body: "poison" }]);
    expect(calls).toBe(0);
  });
});

describe("a restart of PostgreSQL", () => {
  it("loses nothing, and is told of once each way", { timeout: 60_000 }, async () => {
    const dataDir = await temporaryDirectory("queue-restart");
    let server = await startEmbeddedPostgres({ dataDir });
    onTestFinished(async () => {
      await server.stop();
      await stopEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    });
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await migrate(client, MIGRATIONS);
    await client.end();
    const bench = await openQueueBench(server.url);
    const handled = new Set<unknown>();
    const released = Promise.withResolvers<void>();
    await bench.start({
      settings: { ...ONE_BY_ONE, batchSize: 5, concurrency: 2 },
      async handle(messages) {
        await released.promise;
        for (const { body } of messages) handled.add(body);
        return all(messages, { outcome: "ack" });
      },
    });
    await bench.queue().sendBatch(Array.from({ length: 30 }, (_, body) => ({ body })));
    await expect.poll(async () => (await bench.rows()).filter(({ leasedBy }) => leasedBy !== null).length).toBe(10);
    await stopEmbeddedPostgres(dataDir);
    released.resolve();
    await expect.poll(() => bench.log.some((line) => line.includes("went away"))).toBe(true);
    server = await startEmbeddedPostgres({ dataDir });
    await expect.poll(() => handled.size, { timeout: 15_000 }).toBe(30);
    await expect.poll(bench.rows, { timeout: 10_000 }).toEqual([]);
    expect(bench.log.filter((line) => line.includes("went away"))).toHaveLength(1);
    expect(bench.log.filter((line) => line.includes("PostgreSQL is back"))).toHaveLength(1);
    expect(bench.log.length).toBeLessThanOrEqual(4);
  });
});
