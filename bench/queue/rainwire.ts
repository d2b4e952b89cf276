import { join } from "node:path";
import { type QueueEngine, startQueueEngine } from "#hosts/node/queue/start-queue-engine.ts";
import { outboxQueue } from "#hosts/running/queue/outbox-queue.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { postgresSignals } from "#shared/adapters/postgres/signals.ts";
import type { Contender } from "./contender.ts";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");
const SETTINGS = { batchSize: 100, maxWaitMs: 0, attempts: 5, concurrency: 10 };

export const rainwire: Contender = {
  name: "rainwire",
  settings: `sendBatch of 100 by 20 callers; ${JSON.stringify(SETTINGS)}; pool of 10`,
  batchSize: 100,
  producers: 20,
  async open(url, onMessage) {
    const pool = createPool({ connectionString: url, applicationName: "bench", max: 10 });
    await migrate(pool, MIGRATIONS);
    const database = postgresDatabase(pool);
    const signals = await postgresSignals({ connectionString: url, applicationName: "bench-signals" });
    const queue = outboxQueue(database, signals, "bench");
    let engine: QueueEngine | undefined;
    return {
      async startWorkers() {
        engine = await startQueueEngine({
          pool,
          connectionString: url,
          signals,
          log: console,
          consumers: [
            {
              queue: "bench",
              settings: SETTINGS,
              async handle(messages) {
                for (const { body } of messages) onMessage((body as { n: number }).n); // safe: sent below
                return new Map();
              },
            },
          ],
        });
      },
      send: (n) => queue.send({ n }),
      sendBatch: (ns, delaySeconds = 0) =>
        queue.sendBatch(
          ns.map((n) => ({ body: { n } })),
          { delaySeconds },
        ),
      async unsettledCount() {
        const { rows } = await pool.query(
          "select count(*) as count from outbox where available_at < now() + interval '30 minutes'",
        );
        return rows[0]?.count ?? 0;
      },
      async close() {
        await engine?.stop({ timeoutMs: 10_000 });
        await signals.close();
        await pool.end();
      },
    };
  },
};
