import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { migrate } from "#hosts/node/postgres/migrate.ts";
import { outboxQueue } from "#hosts/node/queue/outbox-queue.ts";
import { startQueueEngine } from "#hosts/node/queue/start-queue-engine.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { postgresSignals } from "#shared/adapters/postgres/signals.ts";

const dataDir = await mkdtemp(join(tmpdir(), "rainwire-bench-"));
await chmod(dataDir, 0o711);
const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: "on", track_functions: "all" } });
const tenants = Number(process.argv[2] ?? 1),
  N = Number(process.argv[3] ?? 100000),
  rounds = Number(process.argv[4] ?? 1);
const holdSnapshot = process.argv[5] === "hold";
try {
  const pool = createPool({ connectionString: postgres.url, applicationName: "x", max: 10 });
  await migrate(pool, "migrations");
  const signals = await postgresSignals({ connectionString: postgres.url, applicationName: "s" });
  const db = postgresDatabase(pool);
  const queues = Array.from({ length: tenants }, (_, i) => outboxQueue(db, signals, "bench", `t${i}`));
  const holder = await pool.connect();
  if (holdSnapshot) {
    await holder.query("begin isolation level repeatable read");
    await holder.query("select 1 from outbox");
  }
  let got = 0;
  let calls = 0;
  const engine = await startQueueEngine({
    pool,
    connectionString: postgres.url,
    signals,
    log: console,
    consumers: [
      {
        queue: "bench",
        settings: { batchSize: 100, maxWaitMs: 0, attempts: 5, concurrency: 10 },
        async handle(m) {
          got += m.length;
          calls++;
          return new Map();
        },
      },
    ],
  });
  for (let r = 0; r < rounds; r++) {
    got = 0;
    calls = 0;
    const t0 = performance.now();
    let left = N / 100;
    await Promise.all(
      Array.from({ length: 20 }, async (_, p) => {
        while (left-- > 0)
          await queues[(left + p) % tenants]!.sendBatch(Array.from({ length: 100 }, (_, n) => ({ body: { n } })));
      }),
    );
    const t1 = performance.now();
    while (got < N) await new Promise((r) => setTimeout(r, 2));
    const t2 = performance.now();
    let c = 1;
    while (c > 0) {
      c = (await pool.query("select count(*) c from outbox")).rows[0].c;
    }
    const t3 = performance.now();
    console.log({ r, enqueued: t1 - t0, handled: t2 - t0, acked: t3 - t0, perSecond: (N / (t3 - t0)) * 1000, calls });
    // idle latency right after
    const lat: number[] = [];
    for (let i = 0; i < 40; i++) {
      const g = got;
      const s = performance.now();
      await queues[0]!.send({ n: 1 });
      while (got === g) await new Promise((r) => setImmediate(r));
      lat.push(performance.now() - s);
      await new Promise((r) => setTimeout(r, 15));
    }
    lat.sort((a, b) => a - b);
    console.log("idle p50", lat[20], "p90", lat[36]);
    console.log(
      (
        await pool.query(
          "select pg_table_size('outbox') t, pg_indexes_size('outbox') i, n_tup_ins, n_tup_upd, n_tup_del, n_dead_tup, autovacuum_count from pg_stat_user_tables where relname='outbox'",
        )
      ).rows[0],
    );
  }
  console.log(
    (
      await pool.query(
        "select funcname, calls, total_time, total_time/calls as ms from pg_stat_user_functions where funcname like 'rainwire%'",
      )
    ).rows,
  );
  console.log(
    (
      await pool
        .query(
          "select calls, round(total_exec_time::numeric) ms, round(mean_exec_time::numeric,3) mean, rows, left(query, 90) q from pg_stat_statements order by total_exec_time desc limit 8",
        )
        .catch((e) => ({ rows: [String(e)] }))
    ).rows,
  );
  if (holdSnapshot) await holder.query("rollback");
  holder.release();
  await engine.stop({ timeoutMs: 5000 });
  await signals.close();
  await pool.end();
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
