import PgBoss from "pg-boss";
import type { Contender } from "./contender.ts";

const BATCH_SIZE = 1000;
const WORKERS = 2;
const POLLING_SECONDS = 0.5;

const SETTINGS = `insert() of ${BATCH_SIZE} by 2 callers; ${WORKERS} workers, batchSize ${BATCH_SIZE}, pollingIntervalSeconds ${POLLING_SECONDS} (its least); pool of 10`;

/** 11.1 as it comes. It has no LISTEN: each worker fetches a batch, then sleeps for what is left of the interval. */
export const pgBoss: Contender = contender("pg-boss 11", SETTINGS, false);

/** At its fastest: notifyWorker() after each send and after each full batch, which works within one process only. */
export const notifiedPgBoss: Contender = contender("pg-boss 11, notifyWorker", `${SETTINGS}; notifyWorker()`, true);

function contender(name: string, settings: string, isNotified: boolean): Contender {
  return {
    name,
    settings,
    batchSize: BATCH_SIZE,
    producers: 2,
    async open(url, onMessage) {
      const boss = new PgBoss({ connectionString: url, max: 10, schedule: false });
      boss.on("error", console.error);
      await boss.start();
      await boss.createQueue("bench");
      const workers: string[] = [];
      const notify = () => {
        if (isNotified) for (const id of workers) boss.notifyWorker(id);
      };
      return {
        async startWorkers() {
          for (let i = 0; i < WORKERS; i++) {
            const id = await boss.work<{ n: number }>(
              "bench",
              { batchSize: BATCH_SIZE, pollingIntervalSeconds: POLLING_SECONDS },
              async (jobs) => {
                for (const { data } of jobs) onMessage(data.n);
                if (jobs.length === BATCH_SIZE) notify();
              },
            );
            workers.push(id);
          }
        },
        async send(n) {
          await boss.send("bench", { n });
          notify();
        },
        async sendBatch(ns, delaySeconds = 0) {
          const startAfter = new Date(Date.now() + delaySeconds * 1000);
          await boss.insert(
            "bench",
            ns.map((n) => ({ name: "bench", data: { n }, ...(delaySeconds > 0 && { startAfter }) })),
          );
          notify();
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
}
