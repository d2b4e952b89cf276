import { Logger, makeWorkerUtils, type Runner, run } from "graphile-worker";
import pg from "pg";
import type { Contender } from "./contender.ts";

const BATCH_SIZE = 1000;
const CONCURRENCY = 10;

const quiet = new Logger(() => () => undefined);

/** 0.16. A job is claimed and completed by itself; batches exist for adding only (localQueue came with 0.17). */
export const graphileWorker: Contender = {
  name: "graphile-worker 0.16",
  settings: `add_jobs() of ${BATCH_SIZE} by 2 callers; concurrency ${CONCURRENCY}, prepared statements; pool of ${CONCURRENCY + 2}`,
  batchSize: BATCH_SIZE,
  producers: 2,
  async open(url, onMessage) {
    const pool = new pg.Pool({ connectionString: url, max: CONCURRENCY + 2 });
    pool.on("error", () => undefined);
    const utils = await makeWorkerUtils({ pgPool: pool, logger: quiet });
    await utils.migrate();
    let runner: Runner | undefined;
    return {
      async startWorkers() {
        runner = await run({
          pgPool: pool,
          concurrency: CONCURRENCY,
          pollInterval: 1000,
          noHandleSignals: true,
          logger: quiet,
          taskList: {
            bench: (payload) => onMessage((payload as { n: number }).n), // safe: sent below
          },
        });
      },
      async send(n) {
        await utils.addJob("bench", { n });
      },
      async sendBatch(ns, delaySeconds = 0) {
        const runAt = new Date(Date.now() + delaySeconds * 1000);
        const specs = ns.map((n) => ({ identifier: "bench", payload: { n }, run_at: delaySeconds > 0 ? runAt : null }));
        await pool.query(
          "select count(*) from graphile_worker.add_jobs(array(select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))",
          [JSON.stringify(specs)],
        );
      },
      async unsettledCount() {
        const { rows } = await pool.query(
          "select count(*) from graphile_worker._private_jobs where run_at < now() + interval '30 minutes'",
        );
        return Number(rows[0].count);
      },
      async close() {
        await runner?.stop();
        await utils.release();
        await pool.end();
      },
    };
  },
};
