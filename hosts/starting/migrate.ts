import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { sha256Hex } from "#shared/kernel/hash.ts";

/** An applied or known migration: its file name and the SHA-256 of its text with LF line ends. */
export interface Migration {
  readonly name: string;
  readonly sha256: string;
}

const LOCK = "rainwire migrations";

/**
 * Applies the `*.sql` files of `migrationsDir` that the database does not have yet, in the order of their names, each in its own
 * transaction and under one advisory lock, so that processes starting together apply each once. `through` names the last file to apply.
 * Throws, naming the file, when one fails (nothing of it stays), was changed after it was applied, or is known to the database only.
 */
export async function migrate(
  database: pg.Pool | pg.ClientBase,
  migrationsDir: string,
  options: { readonly through?: string } = {},
): Promise<{ applied: string[] }> {
  const files = await readMigrations(migrationsDir);
  const last =
    options.through === undefined ? files.length : files.findIndex(({ name }) => name === options.through) + 1;
  const pooled = "totalCount" in database ? await database.connect() : undefined;
  // safe: what is no pool is a client, by the parameter's type.
  const client = pooled ?? (database as pg.ClientBase);
  try {
    await inTransaction(client, async () => {
      await client.query(
        `create table if not exists public.schema_migrations (
           name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
      );
      refuseForeign(await appliedMigrations(client), files, migrationsDir);
    });
    const applied: string[] = [];
    for (const file of files.slice(0, last)) {
      if (await applyOnce(client, file)) applied.push(file.name);
    }
    return { applied };
  } finally {
    pooled?.release();
  }
}

/** The migrations a database has, oldest name first; empty when it was never migrated. */
export async function appliedMigrations(client: pg.ClientBase): Promise<Migration[]> {
  const known = await client.query(`select to_regclass('public.schema_migrations') as found`);
  if (known.rows[0]?.found === null) return [];
  const { rows } = await client.query<Migration>(
    `select name, sha256 from public.schema_migrations order by name collate "C"`,
  );
  return rows;
}

/** The migrations in a folder, in the order in which they apply. */
export async function readMigrations(migrationsDir: string): Promise<(Migration & { readonly sql: string })[]> {
  const names = (await readdir(migrationsDir)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(join(migrationsDir, name), "utf8")).replaceAll("\r\n", "\n");
      return { name, sql, sha256: sha256Hex(sql) };
    }),
  );
}

async function applyOnce(client: pg.ClientBase, file: Migration & { readonly sql: string }): Promise<boolean> {
  return inTransaction(client, async () => {
    const { rowCount } = await client.query("select from public.schema_migrations where name = $1", [file.name]);
    if (rowCount !== 0) return false;
    try {
      await client.query(file.sql);
    } catch (cause) {
      throw new Error(`Migration ${file.name} failed and was rolled back: ${described(cause, file.sql)}`, { cause });
    }
    await client.query("insert into public.schema_migrations (name, sha256) values ($1, $2)", [file.name, file.sha256]);
    return true;
  });
}

async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [LOCK]);
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

function refuseForeign(applied: readonly Migration[], files: readonly Migration[], migrationsDir: string): void {
  const known = new Map(files.map(({ name, sha256 }) => [name, sha256]));
  for (const { name, sha256 } of applied) {
    const found = known.get(name);
    if (found === undefined) {
      throw new Error(
        `The database has the migration ${name}, which ${migrationsDir} lacks: a newer Rainwire has migrated it. Run that version.`,
      );
    }
    if (found !== sha256) {
      throw new Error(
        `Migration ${name} was changed after it was applied to this database. Restore the file, and put the change into a new migration.`,
      );
    }
  }
}

function described(cause: unknown, sql: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const position = "position" in cause ? Number(cause.position) : Number.NaN;
  return Number.isNaN(position) ? cause.message : `line ${sql.slice(0, position).split("\n").length}: ${cause.message}`;
}
