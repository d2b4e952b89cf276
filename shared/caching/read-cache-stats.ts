import type { Caches } from "./caches.ts";
import type { RouteCount } from "./route-counts.ts";

export interface RouteStats extends Omit<RouteCount, "fillMs"> {
  operationId: string;
  /** 0 to 1; null before the first request. */
  hitRate: number | null;
  averageFillMs: number | null;
}

export interface CacheStats {
  entries: number;
  bytes: number;
  isHearing: boolean;
  routes: RouteStats[];
}

/** What this process's cache of answers has done since it began. */
export function readCacheStats({ responses }: Caches): CacheStats {
  const routes = Object.entries(responses.counts.read()).map(([operationId, { fillMs, ...count }]) => {
    const missed = Object.values(count.misses).reduce((sum, misses) => sum + misses, 0);
    const asked = count.hits + missed;
    const fills = missed - count.collapsed;
    return {
      operationId,
      ...count,
      hitRate: asked === 0 ? null : count.hits / asked,
      averageFillMs: fills <= 0 ? null : fillMs / fills,
    };
  });
  return { entries: responses.size, bytes: responses.bytes, isHearing: responses.isHearing, routes };
}
