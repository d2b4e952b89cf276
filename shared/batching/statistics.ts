import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import { type RouteLoads, waitAt } from "./load-counts.ts";

/** What was saved on loads of a kind from one operation, or from all of them. */
export interface LoadStatistics {
  kind: string;
  loads: number;
  /** Loads that a waiting one of the same key answered. */
  equal: number;
  statements: number;
  /** Of the statements that the loads would have taken each by itself. */
  savedShare: number;
  /** How long loads waited for company, in ms, in steps of half a ms; null: none was read. */
  waitP50Ms: number | null;
  waitP99Ms: number | null;
}

export interface RouteStatistics extends LoadStatistics {
  /** An operationId. */
  route: string;
}

/** Adds what a process counted to what all did. */
export async function keepLoadCounts(db: Database, counts: readonly RouteLoads[]): Promise<void> {
  if (counts.length === 0) return;
  await db.query(sql`
    insert into load_counts as known (hour, kind, route, loads, equal, statements, waits)
    select date_trunc('hour', now()), c.kind, c.route, c.loads, c.equal, c.statements, c.waits
    from jsonb_to_recordset(${json(counts)}) as c(
      kind text, route text, loads bigint, equal bigint, statements bigint, waits bigint[])
    order by c.kind, c.route
    on conflict (hour, kind, route) do update set loads = known.loads + excluded.loads,
      equal = known.equal + excluded.equal, statements = known.statements + excluded.statements,
      waits = (select array_agg(coalesce(a, 0) + coalesce(b, 0) order by i)
        from unnest(known.waits, excluded.waits) with ordinality as w(a, b, i))`);
}

export interface Period {
  /** Whole hours. */
  readonly since: Date;
  /** Default: until now. */
  readonly until?: Date;
}

/** What all processes counted, by kind and by operation; those that are not asked here are up to ten seconds behind. */
export async function readStatistics(
  db: Database,
  { since, until }: Period,
): Promise<{ kinds: LoadStatistics[]; routes: RouteStatistics[] }> {
  const rows = await db.query(sql<RouteLoads>`
    with counted as (
      select * from load_counts
      where hour >= date_trunc('hour', ${since}::timestamptz) and hour < coalesce(${until ?? null}::timestamptz, 'infinity')),
    by_step as (
      select kind, route, step, sum(count)::float8 as count
      from counted, unnest(waits) with ordinality as w(count, step) group by kind, route, step)
    select kind, route, sum(loads)::float8 as loads, sum(equal)::float8 as equal, sum(statements)::float8 as statements,
      (select array_agg(s.count order by s.step) from by_step s where s.kind = c.kind and s.route = c.route) as waits
    from counted c group by kind, route order by kind, route`);
  const kinds = [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, ofKind]) => ({ kind, ...judge(ofKind) }));
  return { kinds, routes: rows.map((row) => ({ kind: row.kind, route: row.route, ...judge([row]) })) };
}

function judge(counts: readonly RouteLoads[]): Omit<LoadStatistics, "kind"> {
  const sum = (of: "loads" | "equal" | "statements") => counts.reduce((all, each) => all + each[of], 0);
  const steps = Math.max(...counts.map(({ waits }) => waits.length));
  const waits = Array.from({ length: steps }, (_, i) => counts.reduce((all, each) => all + (each.waits[i] ?? 0), 0));
  const [loads, statements] = [sum("loads"), sum("statements")];
  return {
    loads,
    equal: sum("equal"),
    statements,
    savedShare: loads === 0 ? 0 : Math.max(0, 1 - statements / loads),
    waitP50Ms: waitAt({ waits }, 0.5),
    waitP99Ms: waitAt({ waits }, 0.99),
  };
}
