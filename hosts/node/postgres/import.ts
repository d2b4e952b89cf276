import pg from "pg";
import { appliedMigrations, type Migration, migrate, readMigrations } from "#hosts/starting/migrate.ts";
import { listTables, type Table } from "./catalog.ts";
import { copyIn } from "./copy-stream.ts";
import { FORMAT_VERSION, Footer, Header, TableStart } from "./dump-format.ts";
import { DumpReader } from "./dump-reader.ts";

/**
 * Reads an export into an empty database: one that was never migrated (it gets the export's migrations first, and those it lacks
 * afterwards), or one with the very same migrations and no rows. All rows come in one transaction, or none; triggers and foreign keys
 * do not fire. Needs a superuser and a connection of its own. An export is trusted as the database is that it came from.
 */
export async function importDatabase(
  client: pg.ClientBase,
  file: string,
  migrationsDir: string,
  onProgress: (line: string) => void = () => undefined,
): Promise<{ rowCounts: Record<string, number>; applied: string[] }> {
  const reader = new DumpReader(file);
  try {
    const header = await readHeader(reader, file);
    const isNew = await checkTarget(client, header, migrationsDir);
    const through = header.migrations.at(-1)?.name;
    if (isNew && through !== undefined) await migrate(client, migrationsDir, { through });
    const rowCounts = await importRows(client, reader, header, onProgress).catch((cause: Error) => {
      const left = isNew ? " The database now has the tables but none of the rows: start again with an empty one." : "";
      throw new Error(`Nothing of ${file} was imported: ${cause.message}.${left}`, { cause });
    });
    const { applied } = await migrate(client, migrationsDir);
    for (const name of applied) onProgress(`migrated further: ${name}`);
    await client.query("analyze");
    return { rowCounts, applied };
  } finally {
    reader.close();
  }
}

async function readHeader(reader: DumpReader, file: string): Promise<Header> {
  const first = await reader.json().catch((cause: Error) => {
    throw new Error(`${file} cannot be read as an export of Rainwire: ${cause.message}.`, { cause });
  });
  const header = Header.safeParse(first);
  if (!header.success) throw new Error(`${file} is not an export of Rainwire: its header is not of that form.`);
  if (header.data.formatVersion !== FORMAT_VERSION) {
    throw new Error(
      `${file} has format version ${header.data.formatVersion}; this Rainwire reads ${FORMAT_VERSION}. Import it with the version that wrote it.`,
    );
  }
  return header.data;
}

/** Returns whether the database was never migrated; throws when it cannot take the export. */
async function checkTarget(client: pg.ClientBase, header: Header, migrationsDir: string): Promise<boolean> {
  const tables = await listTables(client);
  const applied = await appliedMigrations(client);
  const isNew = applied.length === 0 && tables.length === 0;
  const own: readonly Migration[] = isNew ? await readMigrations(migrationsDir) : applied;
  const differs = header.migrations.find(
    ({ name, sha256 }, index) => own[index]?.name !== name || own[index].sha256 !== sha256,
  );
  if (differs !== undefined) {
    throw new Error(
      `The export has the migration ${differs.name}, which ${isNew ? migrationsDir : "this database"} lacks or has otherwise. ` +
        "Import into an empty database, with the Rainwire that wrote the export or a later one.",
    );
  }
  if (!isNew && applied.length !== header.migrations.length) {
    throw new Error(
      `This database has the migration ${applied[header.migrations.length]?.name}, which the export lacks: import into an empty one.`,
    );
  }
  if (!isNew) await refuseRows(client, tables);
  return isNew;
}

async function refuseRows(client: pg.ClientBase, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ found: boolean }>(`select exists (select from ${quoted(name)}) as found`);
    if (rows[0]?.found === true) {
      throw new Error(
        `The table ${name} has rows: an import goes into an empty database only. Move the data directory away, or name an empty database in DATABASE_URL.`,
      );
    }
  }
}

async function importRows(
  client: pg.ClientBase,
  reader: DumpReader,
  header: Header,
  onProgress: (line: string) => void,
): Promise<Record<string, number>> {
  await client.query("begin");
  try {
    await client.query(
      "set local session_replication_role = replica; set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres'; set local timezone = 'UTC'",
    );
    const tables = await listTables(client);
    // Rows that migrations put in are in the export as well, as they are by now.
    if (tables.length > 0) await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(", ")}`);
    await createPartitions(client, header.partitions);
    const { rowCounts, footer } = await readTables(client, reader, onProgress);
    checkCounts(rowCounts, footer.rowCounts);
    for (const { name, lastValue, isCalled } of footer.sequences) {
      await client.query("select setval($1::regclass, $2::bigint, $3)", [quoted(name), lastValue, isCalled]);
    }
    await client.query("commit");
    return rowCounts;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function readTables(
  client: pg.ClientBase,
  reader: DumpReader,
  onProgress: (line: string) => void,
): Promise<{ rowCounts: Record<string, number>; footer: Footer }> {
  const rowCounts: Record<string, number> = {};
  for (;;) {
    const line = await reader.json();
    const start = TableStart.safeParse(line);
    if (!start.success) return { rowCounts, footer: Footer.parse(line) };
    const { table, columns } = start.data;
    const rows = counted(reader.rows());
    const list = columns.map(pg.escapeIdentifier).join(", ");
    await copyIn(client, `copy ${quoted(table)} (${list}) from stdin`, rows.chunks).catch((cause: Error) => {
      throw new Error(`table ${table}: ${cause.message}`, { cause });
    });
    rowCounts[table] = rows.count();
    onProgress(`${table}: ${rowCounts[table]} rows`);
  }
}

function counted(rows: AsyncGenerator<Buffer, number>): { chunks: AsyncIterable<Buffer>; count: () => number } {
  let total = 0;
  const chunks = (async function* () {
    total = yield* rows;
  })();
  return { chunks, count: () => total };
}

/** Partitions are made by tasks as days pass, not by migrations. */
async function createPartitions(client: pg.ClientBase, partitions: Header["partitions"]): Promise<void> {
  for (const { schema, name, parent, bound, partitionKey } of partitions) {
    await client.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`);
    await client.query(
      `create table if not exists ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)} partition of ${parent} ${bound}` +
        (partitionKey === null ? "" : ` partition by ${partitionKey}`),
    );
  }
}

function checkCounts(found: Record<string, number>, expected: Record<string, number>): void {
  for (const [table, count] of Object.entries(expected)) {
    if (found[table] !== count)
      throw new Error(`the file has ${found[table] ?? 0} rows of ${table} instead of ${count}`);
  }
}

function quoted(table: string): string {
  return `public.${pg.escapeIdentifier(table)}`;
}
