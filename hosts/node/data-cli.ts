import { join } from "node:path";
import pg from "pg";
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

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");

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
  loadEnvFile();
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

function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

async function openDatabase(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const url = process.env.DATABASE_URL;
  if (url !== undefined && url !== "") return { url, close: async () => undefined };
  const embedded = await startEmbeddedPostgres({
    dataDir: join(process.env.RAINWIRE_DATA_DIR ?? ".rainwire", "postgres"),
  });
  return { url: embedded.url, close: embedded.stop };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
