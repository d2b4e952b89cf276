import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import { appliedMigrations } from "#hosts/starting/migrate.ts";
import { listPartitions, listSequences, listTables, type Table } from "./catalog.ts";
import { copyOut } from "./copy-stream.ts";
import { END_OF_ROWS, FORMAT, FORMAT_VERSION, type Footer, type Header, type TableStart } from "./dump-format.ts";

type Write = (data: string | Buffer) => Promise<void>;

/**
 * Writes the data of schema public to `file`, as one consistent snapshot while others go on writing. The file appears when it is whole and only its
 * owner can read it. Needs a connection of its own. Throws when the file exists or the database was never migrated.
 */
export async function exportDatabase(
  client: pg.ClientBase,
  file: string,
  onProgress: (line: string) => void = () => undefined,
): Promise<{ rowCounts: Record<string, number> }> {
  if (await isPresent(file)) throw new Error(`${file} exists already: name another file, or remove it first.`);
  const partial = `${file}.partial`;
  const gzip = createGzip({ level: 4 });
  const written = pipeline(gzip, createWriteStream(partial, { mode: 0o600, flush: true }));
  written.catch(() => undefined);
  const write: Write = async (data) => {
    if (!gzip.write(data)) await Promise.race([once(gzip, "drain"), written]);
  };
  try {
    const rowCounts = await writeSnapshot(client, write, onProgress);
    gzip.end();
    await written;
    await rename(partial, file);
    return { rowCounts };
  } catch (error) {
    gzip.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeSnapshot(
  client: pg.ClientBase,
  write: Write,
  onProgress: (line: string) => void,
): Promise<Record<string, number>> {
  await client.query("begin isolation level repeatable read read only");
  try {
    // The text of a value must not hang on settings of this role or database; and rows hidden by a policy are an error, not left out.
    await client.query(
      `set local search_path = ''; set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres'; set local timezone = 'UTC';
       set local bytea_output = 'hex'; set local extra_float_digits = 1; set local row_security = off`,
    );
    await write(jsonLine(await readHeader(client)));
    const rowCounts: Record<string, number> = {};
    for (const table of await listTables(client)) {
      rowCounts[table.name] = await writeTable(client, table, write);
      onProgress(`${table.name}: ${rowCounts[table.name]} rows`);
    }
    // Sequences know no snapshot: read after the rows they are never behind them.
    const footer: Footer = { rowCounts, sequences: await readSequences(client) };
    await write(jsonLine(footer));
    return rowCounts;
  } finally {
    await client.query("rollback").catch(() => undefined);
  }
}

async function readHeader(client: pg.ClientBase): Promise<Header> {
  const migrations = await appliedMigrations(client);
  if (migrations.length === 0) {
    throw new Error(
      "This database has no migration applied, so there is nothing of Rainwire to export: is it the right one?",
    );
  }
  const { rows } = await client.query<{ version: string; now: string }>(
    `select current_setting('server_version') as version, now()::text as now`,
  );
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    postgresVersion: rows[0]?.version ?? "",
    exportedAt: rows[0]?.now ?? "",
    migrations: migrations.map(({ name, sha256 }) => ({ name, sha256 })),
    partitions: await listPartitions(client),
  };
}

async function writeTable(client: pg.ClientBase, table: Table, write: Write): Promise<number> {
  const start: TableStart = { table: table.name, columns: [...table.columns] };
  await write(jsonLine(start));
  const columns = table.columns.map(pg.escapeIdentifier).join(", ");
  const source = `${table.isPartitioned ? "" : "only "}public.${pg.escapeIdentifier(table.name)}`;
  const rowCount = await copyOut(client, `copy (select ${columns} from ${source}) to stdout`, write);
  await write(`${END_OF_ROWS}\n`);
  return rowCount;
}

async function readSequences(client: pg.ClientBase): Promise<Footer["sequences"]> {
  const sequences: Footer["sequences"] = [];
  for (const name of await listSequences(client)) {
    const { rows } = await client.query<{ lastValue: string; isCalled: boolean }>(
      `select last_value::text as "lastValue", is_called as "isCalled" from public.${pg.escapeIdentifier(name)}`,
    );
    for (const row of rows) sequences.push({ name, lastValue: row.lastValue, isCalled: row.isCalled });
  }
  return sequences;
}

function jsonLine(value: Header | TableStart | Footer): string {
  return `${JSON.stringify(value)}\n`;
}

async function isPresent(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
