import { writeFile } from "node:fs/promises";
import type pg from "pg";

const SHOWN = 40;

/** Writes what PostgreSQL spent its time on since the witness was reset: the statements of one database, the longest in all first. */
export async function writeSlowestStatements(pool: pg.Pool, path: string, requests: number): Promise<void> {
  const { rows } = await pool.query<{ calls: number; ms: number; query: string }>(
    `select calls::int, total_exec_time as ms, regexp_replace(query, '\\s+', ' ', 'g') as query from pg_stat_statements
     where toplevel and dbid = (select oid from pg_database where datname = current_database())
     order by total_exec_time desc limit $1`,
    [SHOWN],
  );
  const lines = rows.map(({ calls, ms, query }) =>
    [(calls / requests).toFixed(3), ((ms * 1000) / requests).toFixed(1), query.slice(0, 200)].join("\t"),
  );
  await writeFile(path, ["calls a request\tµs a request\tstatement", ...lines, ""].join("\n"));
}
