import type pg from "pg";

/** Whatever asks: connections of the bench, which are not counted themselves. */
type Asking = pg.Pool | pg.ClientBase;

export async function startWitness(client: Asking): Promise<void> {
  await client.query("create extension if not exists pg_stat_statements");
  await client.query("set pg_stat_statements.track = 'none'"); // its own questions do not count
}

export const resetWitness = (client: Asking): Promise<unknown> => client.query("select pg_stat_statements_reset()");

export interface Witnessed {
  /** Calls of statements whose text matches. */
  matching: number;
  /** Calls of all that the host sent, but what it does by the clock. */
  all: number;
}

/** @param pattern for `~`, of the statement's text */
export async function askWitness(client: Asking, pattern: string): Promise<Witnessed> {
  const { rows } = await client.query<Witnessed>(
    `select coalesce(sum(calls) filter (where query ~ $1), 0)::int as matching,
       coalesce(sum(calls) filter (where query !~ 'rainwire_claim|load_counts|batching_settings|cache_counts|cache_hot_keys|usage_packs|host_processes|pg_'), 0)::int as "all"
     from pg_stat_statements where toplevel and dbid = (select oid from pg_database where datname = current_database())`,
    [pattern],
  );
  return rows[0] ?? { matching: 0, all: 0 };
}

/** Calls of everything that was sent to this database since the reset, whoever sent it, but begins and ends of transactions. */
export async function countStatements(client: Asking): Promise<number> {
  const { rows } = await client.query<{ calls: number }>(
    `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
     where toplevel and query !~* '^(begin|commit|rollback|start transaction)'
       and dbid = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]?.calls ?? 0;
}
