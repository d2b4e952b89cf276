import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import type { Counts, RouteCounts } from "./route-counts.ts";

export interface RouteStatistics extends Counts {
  /** An operationId; `(address)`: what was decided before authentication. */
  route: string;
}

/** Adds what this process decided to what all did. What cannot be written now stays for the next time. */
export async function keepStatistics(db: Database, counts: RouteCounts): Promise<void> {
  const taken = counts.take();
  if (taken.size === 0) return;
  const rows = [...taken].map(([route, each]) => ({ route, ...each }));
  try {
    await db.query(sql`
      insert into limit_statistics (hour, route, admitted, refused, shadowed)
      select date_trunc('hour', now()), r.route, r.admitted, r.refused, r.shadowed
      from jsonb_to_recordset(${json(rows)}) as r(route text, admitted bigint, refused bigint, shadowed bigint)
      order by r.route
      on conflict (hour, route) do update set admitted = limit_statistics.admitted + excluded.admitted,
        refused = limit_statistics.refused + excluded.refused, shadowed = limit_statistics.shadowed + excluded.shadowed`);
  } catch (error) {
    counts.putBack(taken);
    throw error;
  }
}

/** What all processes decided since then, by operation; whole hours. */
export const readStatistics = (db: Database, since: Date): Promise<RouteStatistics[]> =>
  db.query(sql<RouteStatistics>`
    select route, sum(admitted)::float8 as admitted, sum(refused)::float8 as refused, sum(shadowed)::float8 as shadowed
    from limit_statistics where hour >= date_trunc('hour', ${since}::timestamptz) group by route order by route`);
