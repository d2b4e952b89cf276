import { join } from "node:path";
import pg from "pg";
import { dataDirOf, readEnvironment } from "#hosts/starting/environment.ts";
import { startEmbeddedPostgres } from "./postgres/embedded.ts";
import { exportDatabase } from "./postgres/export.ts";
import { importDatabase } from "./postgres/import.ts";

const HELP = `Usage: npm run data -- export FILE
       npm run data -- import FILE

Export writes all data of Rainwire's database to FILE (gzip; as secret as the database itself).
Import reads such a file into an empty database, and applies the migrations that came since.

The database is DATABASE_URL, else the embedded PostgreSQL in RAINWIRE_DATA_DIR/postgres
(default: .rainwire/postgres). Secrets in .env are not part of an export: keep them with it.
`;

const ROOT = join(import.meta.dirname, "..", "..");
const MIGRATIONS = join(ROOT, "migrations");

async function main(args: readonly string[]): Promise<number> {
  const [command, file, ...rest] = args;
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  if ((command !== "export" && command !== "import") || file === undefined || rest.length > 0) {
    process.stderr.write(HELP);
    return 2;
  }
  const database = await openDatabase();
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    const progress = (line: string): boolean => process.stdout.write(`  ${line}\n`);
    const { rowCounts } =
      command === "export"
        ? await exportDatabase(client, file, progress)
        : await importDatabase(client, file, MIGRATIONS, progress);
    const rows = Object.values(rowCounts).reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${command}ed ${rows} rows of ${Object.keys(rowCounts).length} tables: ${file}\n`);
    return 0;
  } finally {
    await client.end().catch(() => undefined);
    await database.close();
  }
}

async function openDatabase(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const environment = readEnvironment({ rootDir: ROOT, processEnv: process.env });
  const url = environment.DATABASE_URL;
  if (url !== undefined) return { url, close: async () => undefined };
  const embedded = await startEmbeddedPostgres({ dataDir: join(dataDirOf(ROOT, environment), "postgres") });
  return { url: embedded.url, close: embedded.stop };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
