import { join } from "node:path";
import { startEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { dataDirOf, readEnvironment } from "#hosts/starting/environment.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Runs `work` on Rainwire's database: DATABASE_URL, else the embedded PostgreSQL of RAINWIRE_DATA_DIR, joined or started. */
export async function withDatabase<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
  const environment = readEnvironment({ rootDir: ROOT, processEnv: process.env });
  const url = environment.DATABASE_URL;
  const embedded =
    url === undefined
      ? await startEmbeddedPostgres({ dataDir: join(dataDirOf(ROOT, environment), "postgres") })
      : undefined;
  const connectionString = url ?? embedded?.url ?? "";
  const pool = createPool({ connectionString, applicationName: "rainwire-costs", max: 2 });
  try {
    return await work(postgresDatabase(pool));
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}
