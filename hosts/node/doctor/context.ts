import { join } from "node:path";
import { parseEnv } from "node:util";
import type pg from "pg";
import { loadManifest, ManifestError } from "#hosts/manifest/load.ts";
import type { Manifest } from "#hosts/manifest/manifest.ts";
import { secretsFile } from "#hosts/n8n/credentials.ts";
import { readIfPresent } from "#hosts/n8n/private-file.ts";
import { dataDirOf, readEnvironment } from "#hosts/starting/environment.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";
import { findEmbeddedUrl } from "../postgres/find-embedded.ts";

const CONNECT_MS = 4_000;

/** What the checks look at. Making it changes nothing: no server is started, no file written. */
export interface DoctorContext {
  rootDir: string;
  dataDir: string;
  environment: NodeJS.Dict<string>;
  /** Of `secrets.env`; empty before the first start. */
  secrets: NodeJS.Dict<string>;
  manifest: { value: Manifest; warnings: readonly string[] } | { error: string };
  isEmbedded: boolean;
  /** Undefined when no database answers; `databaseError` says why. */
  database: Database | undefined;
  pool: pg.Pool | undefined;
  databaseError: string | undefined;
  close(): Promise<void>;
}

export async function openDoctorContext(rootDir: string, processEnv: NodeJS.ProcessEnv): Promise<DoctorContext> {
  const environment = readEnvironment({ rootDir, processEnv });
  const dataDir = dataDirOf(rootDir, environment);
  const url = environment.DATABASE_URL ?? (await findEmbeddedUrl(join(dataDir, "postgres")));
  const { pool, error } = await connect(url);
  return {
    rootDir,
    dataDir,
    environment,
    secrets: parseEnv(readIfPresent(secretsFile(dataDir)) ?? ""),
    manifest: readManifest(rootDir),
    isEmbedded: environment.DATABASE_URL === undefined,
    pool,
    database: pool && postgresDatabase(pool),
    databaseError: error,
    close: async () => pool?.end(),
  };
}

function readManifest(rootDir: string): DoctorContext["manifest"] {
  const warnings: string[] = [];
  try {
    return { value: loadManifest(join(rootDir, "raindrop.manifest"), (line) => warnings.push(line)), warnings };
  } catch (error) {
    if (error instanceof ManifestError || error instanceof Error) return { error: error.message };
    throw error;
  }
}

async function connect(url: string | undefined): Promise<{ pool?: pg.Pool; error?: string }> {
  if (url === undefined) return {};
  let pool: pg.Pool | undefined;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CONNECT_MS} ms`)), CONNECT_MS);
  });
  try {
    pool = createPool({ connectionString: url, applicationName: "rainwire-doctor", max: 4 });
    await Promise.race([pool.query("select 1"), timeout]);
    return { pool };
  } catch (error) {
    pool?.end().catch(() => undefined);
    return { error: error instanceof Error ? error.message || error.name : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
