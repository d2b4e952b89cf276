import PgBoss from "pg-boss";
import type { Contender } from "./contender.ts";

const BATCH_SIZE = 1000;
const WORKERS = 4;
const POLLING_SECONDS = 0.5;

/** 11.1. It has no LISTEN: a worker polls, at best twice a second, and at once while batches come back full. */
export const pgBoss: Contender = {
  name: "pg-boss 11",
  settings: `insert() of ${BATCH_SIZE} by 2 callers; ${WORKERS} workers, batchSize ${BATCH_SIZE}, pollingIntervalSeconds ${POLLING_SECONDS} (its least); pool of 10`,
  batchSize: BATCH_SIZE,
  producers: 2,
  async open(url, onMessage) {
    const boss = new PgBoss({ connectionString: url, max: 10, schedule: false });
    boss.on("error", console.error);
    await boss.start();
    await boss.createQueue("bench");
    return {
      async startWorkers() {
        for (let i = 0; i < WORKERS; i++) {
          await boss.work<{ n: number }>(
            "bench",
            { batchSize: BATCH_SIZE, pollingIntervalSeconds: POLLING_SECONDS },
            async (jobs) => {
              for (const { data } of jobs) onMessage(data.n);
            },
          );
        }
      },
      async send(n) {
        await boss.send("bench", { n });
      },
      async sendBatch(ns, delaySeconds = 0) {
        const startAfter = new Date(Date.now() + delaySeconds * 1000);
        await boss.insert(
          "bench",
          ns.map((n) => ({ name: "bench", data: { n }, ...(delaySeconds > 0 && { startAfter }) })),
        );
      },
      async unsettledCount() {
        const { rows } = await boss
          .getDb()
          .executeSql(
            "select count(*) from pgboss.job where name = 'bench' and state < 'completed' and start_after < now() + interval '30 minutes'",
            [],
          );
        return Number(rows[0].count);
      },
      close: () => boss.stop({ graceful: false, close: true }),
    };
  },
};
