import { join } from "node:path";
import { parseEnv } from "node:util";
import { secretsFile } from "#hosts/n8n/credentials.ts";
import { readIfPresent } from "#hosts/n8n/private-file.ts";
import { findEmbeddedUrl } from "#hosts/node/postgres/find-embedded.ts";
import { dataDirOf, readEnvironment } from "#hosts/starting/environment.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { KeysContext } from "#shared/tokens/publish-key.ts";
import { TIMINGS } from "#shared/tokens/timings.ts";

/** The deployment that the environment or `.env` names. @throws saying what is missing */
export async function openDeployment(rootDir: string): Promise<KeysContext & { close(): Promise<void> }> {
  const environment = readEnvironment({ rootDir, processEnv: process.env });
  const dataDir = dataDirOf(rootDir, environment);
  const url = environment.DATABASE_URL ?? (await findEmbeddedUrl(join(dataDir, "postgres")));
  if (url === undefined) throw new Error("No database: set DATABASE_URL, or start the host (npm start) first.");
  const secret = environment.RAINWIRE_SECRET ?? parseEnv(readIfPresent(secretsFile(dataDir)) ?? "").RAINWIRE_SECRET;
  if (secret === undefined)
    throw new Error("No RAINWIRE_SECRET: set it as the hosts have it, or start the host first.");
  // Not the host's own: what a trigger or an event wakes must be told to the hosts.
  const pool = createPool({ connectionString: url, applicationName: "rainwire-tokens", max: 2, wakes: "trigger" });
  return { db: postgresDatabase(pool), secret, tokens: { timings: TIMINGS }, close: () => pool.end() };
}
