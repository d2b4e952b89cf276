import { startQueueEngine } from "#hosts/node/queue/start-queue-engine.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { postgresSignals } from "#shared/adapters/postgres/signals.ts";

/** A host that takes messages and never finishes with them; it says `held` for each. */
const connectionString = process.argv[2] ?? "";
const pool = createPool({ connectionString, applicationName: "child", max: 2 });
const signals = await postgresSignals({ connectionString, applicationName: "child-signals" });
await startQueueEngine({
  pool,
  connectionString,
  signals,
  log: console,
  consumers: [
    {
      queue: "jobs",
      settings: { batchSize: 1, maxWaitMs: 0, attempts: 3, concurrency: 1 },
      handle() {
        console.log("held");
        return new Promise(() => undefined);
      },
    },
  ],
});
