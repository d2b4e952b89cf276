import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import type { HotKey } from "./hot-keys.ts";
import { type Forward, tenantOfKey } from "./response-cache.ts";
import type { CountedRoute } from "./route-counts.ts";

/** What became of the requests of a route. */
export interface RouteStats {
  operationId: string;
  hits: number;
  /** By why they went past the cache (RFC 9211 §2.2). */
  misses: Record<Forward, number>;
  collapsed: number;
  stored: number;
  storedBytes: number;
  /** Of the requests that would have taken a kept answer, 0 to 1; null: there was none. */
  hitRate: number | null;
  averageFillMs: number | null;
}

/** An answer that many ask for. */
export interface HotPath {
  /** `-`: of public answers. */
  tenantId: string;
  operationId: string;
  path: string;
  /** About so many. */
  hits: number;
}

/** Adds what a process counted to what all did. */
export async function keepCacheCounts(
  db: Database,
  counts: readonly CountedRoute[],
  hotKeys: readonly HotKey[],
): Promise<void> {
  if (counts.length === 0 && hotKeys.length === 0) return;
  const routes = counts.map(({ tenantId, operationId, misses, ...count }) => ({
    tenant_id: tenantId,
    route: operationId,
    ...misses,
    ...count,
  }));
  const paths = hotKeys.map(({ key, operationId, hits }) => {
    const [, , path = ""] = key.split(" ", 3);
    return { tenant_id: tenantOfKey(key), route: operationId, path, hits };
  });
  await db.batch([
    sql`
    insert into cache_counts as known (hour, tenant_id, route, hits, uri_miss, stale, request, bypass, collapsed,
      stored, stored_bytes, fills, fill_ms)
    select date_trunc('hour', now()), c.tenant_id, c.route, c.hits, c."uri-miss", c.stale, c.request, c.bypass,
      c.collapsed, c.stored, c."storedBytes", c.fills, c."fillMs"
    from jsonb_to_recordset(${json(routes)}) as c(tenant_id text, route text, hits bigint, "uri-miss" bigint,
      stale bigint, request bigint, bypass bigint, collapsed bigint, stored bigint, "storedBytes" bigint, fills bigint,
      "fillMs" float8)
    order by c.tenant_id, c.route
    on conflict (hour, tenant_id, route) do update set hits = known.hits + excluded.hits,
      uri_miss = known.uri_miss + excluded.uri_miss, stale = known.stale + excluded.stale,
      request = known.request + excluded.request, bypass = known.bypass + excluded.bypass,
      collapsed = known.collapsed + excluded.collapsed, stored = known.stored + excluded.stored,
      stored_bytes = known.stored_bytes + excluded.stored_bytes, fills = known.fills + excluded.fills,
      fill_ms = known.fill_ms + excluded.fill_ms`,
    sql`
    insert into cache_hot_keys as known (hour, tenant_id, path, route, hits)
    select date_trunc('hour', now()), k.tenant_id, k.path, min(k.route), sum(k.hits)
    from jsonb_to_recordset(${json(paths)}) as k(tenant_id text, path text, route text, hits bigint)
    group by k.tenant_id, k.path order by k.tenant_id, k.path
    on conflict (hour, tenant_id, path) do update set hits = known.hits + excluded.hits`,
  ]);
}

export interface Asked {
  /** Whole hours. */
  readonly since: Date;
  /** Default: until now. */
  readonly until?: Date;
  /** Default: all. */
  readonly tenantId?: string | undefined;
}

const asked = ({ since, until, tenantId }: Asked) => sql`hour >= date_trunc('hour', ${since}::timestamptz)
  and hour < coalesce(${until ?? null}::timestamptz, 'infinity')
  and (${tenantId ?? null}::text is null or tenant_id = ${tenantId ?? null})`;

interface Sums {
  route: string;
  hits: number;
  uriMiss: number;
  stale: number;
  request: number;
  bypass: number;
  collapsed: number;
  stored: number;
  storedBytes: number;
  fills: number;
  fillMs: number;
}

/** What all processes counted, by route, the busiest first; those that are not asked here are up to ten seconds behind. */
export async function readStatistics(db: Database, about: Asked): Promise<RouteStats[]> {
  const rows = await db.query(sql<Sums>`
    select route, sum(hits)::float8 as hits, sum(uri_miss)::float8 as uri_miss, sum(stale)::float8 as stale,
      sum(request)::float8 as request, sum(bypass)::float8 as bypass, sum(collapsed)::float8 as collapsed,
      sum(stored)::float8 as stored, sum(stored_bytes)::float8 as stored_bytes, sum(fills)::float8 as fills,
      sum(fill_ms) as fill_ms
    from cache_counts where ${asked(about)} group by route
    order by sum(hits + uri_miss + stale + request + bypass) desc, route`);
  return rows.map(({ route, hits, uriMiss, stale, request, bypass, collapsed, stored, storedBytes, fills, fillMs }) => {
    const misses = { "uri-miss": uriMiss, stale, request, bypass };
    return {
      operationId: route,
      hits,
      misses,
      collapsed,
      stored,
      storedBytes,
      hitRate: hitRateOf([{ hits, misses }]),
      averageFillMs: fills === 0 ? null : fillMs / fills,
    };
  });
}

type Outcomes = Pick<RouteStats, "hits" | "misses">;

const sumOf = (outcomes: readonly Outcomes[], of: (each: Outcomes) => number): number =>
  outcomes.reduce((sum, each) => sum + of(each), 0);

/** Requests that would have taken a kept answer: those that asked for a fresh one say nothing about the cache. */
export const requestsOf = (outcomes: readonly Outcomes[]): number =>
  sumOf(outcomes, ({ hits, misses }) => hits + misses["uri-miss"] + misses.stale + misses.bypass);

export function hitRateOf(outcomes: readonly Outcomes[]): number | null {
  const requests = requestsOf(outcomes);
  return requests === 0 ? null : sumOf(outcomes, ({ hits }) => hits) / requests;
}

/** The answers that drew the most hits, the hottest first. */
export async function readHotPaths(db: Database, about: Asked, most: number): Promise<HotPath[]> {
  return await db.query(sql<HotPath>`
    select tenant_id, min(route) as operation_id, path, sum(hits)::float8 as hits
    from cache_hot_keys where ${asked(about)} group by tenant_id, path
    order by sum(hits) desc, tenant_id, path limit ${most}::int`);
}
