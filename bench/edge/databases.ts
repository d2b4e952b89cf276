import pg from "pg";

/** Connections of the bench itself, whose statements the witness does not count. */
export function benchPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4, options: "-c pg_stat_statements.track=none" });
  pool.on("error", () => undefined);
  return pool;
}

/** @param template a database to copy, that nobody is connected to */
export async function createDatabase(serverUrl: string, name: string, template?: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  const copying = template === undefined ? "" : ` template ${template} strategy file_copy`;
  await client.query(`create database ${name}${copying}`).finally(() => client.end());
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
