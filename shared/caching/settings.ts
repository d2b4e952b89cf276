import type { Database } from "#shared/database/database.ts";
import { json, type Statement, sql } from "#shared/database/sql.ts";

/** When the caches raise an alarm. */
export interface CachingSettings {
  /** The least share of hits, 0 to 1, of a route that has none of its own. */
  readonly targetHitRate: number;
  /** The same of single routes, by operationId. */
  readonly routeTargets: Readonly<Record<string, number>>;
  /** Fewer requests, or hits of a key, in an hour say nothing. */
  readonly leastRequests: number;
  /** A key is hot that draws such a share of all hits of an hour, 0 to 1, */
  readonly hotShare: number;
  /** or so many. */
  readonly hotHits: number;
}

export const DEFAULT_SETTINGS: CachingSettings = {
  targetHitRate: 0.95,
  routeTargets: {},
  leastRequests: 1_000,
  hotShare: 0.2,
  hotHits: 1_000_000,
};

/** The settings in force, and who set them and why; null: as they come. */
export interface SettingsInForce extends CachingSettings {
  readonly reason: string | null;
  readonly setBy: string | null;
  readonly setAt: Date | null;
}

export async function readSettings(db: Database): Promise<SettingsInForce> {
  const [row] = await db.query(sql<{ [K in keyof SettingsInForce]: SettingsInForce[K] | null }>`
    select target_hit_rate, route_targets, least_requests, hot_share, hot_hits, reason, set_by, set_at
    from caching_settings`);
  return {
    targetHitRate: row?.targetHitRate ?? DEFAULT_SETTINGS.targetHitRate,
    routeTargets: row?.routeTargets ?? DEFAULT_SETTINGS.routeTargets,
    leastRequests: row?.leastRequests ?? DEFAULT_SETTINGS.leastRequests,
    hotShare: row?.hotShare ?? DEFAULT_SETTINGS.hotShare,
    hotHits: row?.hotHits ?? DEFAULT_SETTINGS.hotHits,
    reason: row?.reason ?? null,
    setBy: row?.setBy ?? null,
    setAt: row?.setAt ?? null,
  };
}

export type SettingsChange = { readonly [K in keyof CachingSettings]?: CachingSettings[K] | undefined } & {
  readonly reason: string;
  readonly setBy: string;
};

/** The statement that changes what is named; the rest stays. */
export const writeSettings = (change: SettingsChange): Statement => {
  const { targetHitRate, routeTargets, leastRequests, hotShare, hotHits, reason, setBy } = change;
  return sql`insert into caching_settings as s
      (target_hit_rate, route_targets, least_requests, hot_share, hot_hits, reason, set_by, set_at)
    values (${targetHitRate ?? null}, ${routeTargets === undefined ? null : json(routeTargets)}, ${leastRequests ?? null},
      ${hotShare ?? null}, ${hotHits ?? null}, ${reason}, ${setBy}, now())
    on conflict (is_only) do update set target_hit_rate = coalesce(excluded.target_hit_rate, s.target_hit_rate),
      route_targets = coalesce(excluded.route_targets, s.route_targets),
      least_requests = coalesce(excluded.least_requests, s.least_requests),
      hot_share = coalesce(excluded.hot_share, s.hot_share), hot_hits = coalesce(excluded.hot_hits, s.hot_hits),
      reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at`;
};
