import type { Database } from "#shared/database/database.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { CacheCounts } from "./cache-counts.ts";
import type { Caches } from "./caches.ts";
import { readSettings, type SettingsInForce } from "./settings.ts";
import { type HotPath, type RouteStats, readHotPaths, readStatistics } from "./statistics.ts";

const DAY_MS = 86_400_000;
const MOST_HOT_PATHS = 20;

export interface CacheStats {
  since: Date;
  /** Whose requests are counted; null: everybody's. */
  tenantId: string | null;
  routes: RouteStats[];
  hotKeys: HotPath[];
  /** Of the process that answers; null to tenants, like the settings. */
  process: { entries: number; bytes: number; isHearing: boolean } | null;
  settings: SettingsInForce | null;
}

export interface CacheStatsContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly caches: Caches;
  /** Of this process; undefined where nothing is counted. */
  readonly cacheCounts: CacheCounts | undefined;
}

/** What was answered from the caches since then (default: in the last 24 hours), what this process counted until now among it. */
export async function readCacheStats(
  { db, clock, caches: { responses }, cacheCounts }: CacheStatsContext,
  { since: from, tenantId }: { since?: string | undefined; tenantId?: string | undefined },
  isOperator: boolean,
): Promise<CacheStats> {
  const since = from === undefined ? new Date(clock() - DAY_MS) : new Date(from);
  await cacheCounts?.keep();
  const [routes, hotKeys, settings] = await Promise.all([
    readStatistics(db, { since, tenantId }),
    readHotPaths(db, { since, tenantId }, MOST_HOT_PATHS),
    isOperator ? readSettings(db) : null,
  ]);
  const { size: entries, bytes, isHearing } = responses;
  return {
    since,
    tenantId: tenantId ?? null,
    routes,
    hotKeys,
    process: isOperator ? { entries, bytes, isHearing } : null,
    settings,
  };
}
