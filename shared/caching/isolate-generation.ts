import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import { generationOf } from "./cache-store.ts";

/** What PostgreSQL says of the store that isolates share, when it was asked. */
export interface IsolateGeneration {
  readonly name: string;
  /** In so many ms it may be read; at most 0: now. */
  readonly opensInMs: number;
  /** How long ago it was begun or closed: whoever asked before that may go on reading for a lease. */
  readonly closedForMs: number;
  /** What is to be ended in it before it is read: rows of `cache_owed`. */
  readonly owed: readonly { readonly id: string; readonly tags: readonly string[] }[];
}

/** More than these are ended with all the rest: by another generation. */
const MOST_OWED = 1_000;

const READ = sql<IsolateGeneration>`
  select g.name, extract(epoch from g.readable_at - clock_timestamp())::float8 * 1000 as opens_in_ms,
    extract(epoch from clock_timestamp() - g.closed_at)::float8 * 1000 as closed_for_ms, (
      select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'tags', o.tags)), '[]')
      from (select id, tags from cache_owed limit ${MOST_OWED}::int) o) as owed
  from cache_generations g`;

/**
 * Asks, and begins a generation where there is none.
 * @param closedMs for how long a new one is not read: whoever does not know of it yet does not end in it
 */
export async function readIsolateGeneration(
  db: Database,
  life: string,
  closedMs: number,
): Promise<IsolateGeneration | undefined> {
  const [found] = await db.query(READ);
  if (found && found.owed.length < MOST_OWED) return found;
  const [, , [begun]] = await db.batch([
    sql`with gone as (delete from cache_generations where name = ${found?.name ?? ""} returning name)
      delete from cache_owed where exists (select from gone)`,
    sql`insert into cache_generations (name, closed_at, readable_at)
      select ${generationOf(life)}, now(), now() + ${closedMs}::int * interval '1 millisecond' on conflict do nothing`,
    READ,
  ]);
  return begun;
}

/** These have been ended. */
export const payOwed = (db: Database, ids: readonly string[]): Promise<unknown> =>
  db.query(sql`delete from cache_owed where id = any(${ids}::uuid[])`);

/** These have not. */
export const oweTags = (db: Database, tags: readonly string[]): Promise<unknown> =>
  db.query(sql`insert into cache_owed (tags)
    select array(select jsonb_array_elements_text(${json(tags)})) where exists (select from cache_generations)`);

/** Nobody who asks from now on reads the store for so long; one that is closed for longer than `leftMs` stays as it is. */
export const closeStore = (db: Database, closedMs: number, leftMs: number): Promise<unknown> =>
  db.query(sql`update cache_generations
    set closed_at = now(), readable_at = now() + ${closedMs}::int * interval '1 millisecond'
    where readable_at < now() + ${leftMs}::int * interval '1 millisecond'`);
