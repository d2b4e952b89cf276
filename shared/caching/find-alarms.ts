import type { EventData } from "#shared/events/catalog.ts";
import type { CachingSettings } from "./settings.ts";
import { type HotPath, hitRateOf, type RouteStats, requestsOf } from "./statistics.ts";

/** What one hour's counts say, and of which alarms. */
export interface Hour {
  readonly since: Date;
  readonly until: Date;
  readonly routes: readonly RouteStats[];
  /** The hottest first. */
  readonly hotPaths: readonly HotPath[];
}

export type Alarm = { readonly subject: string } & (
  | { readonly name: "caching.hit_rate_dropped"; readonly data: EventData<"caching.hit_rate_dropped"> }
  | { readonly name: "caching.hot_key_found"; readonly data: EventData<"caching.hot_key_found"> }
);

/** An alarm that was told and had not ended. */
export type Standing = Pick<Alarm, "name" | "subject">;

/** Answers of a route that are worth reading ahead. */
const MOST_TOLD = 20;

export const targetOf = ({ targetHitRate, routeTargets }: CachingSettings, operationId: string): number =>
  routeTargets[operationId] ?? targetHitRate;

/**
 * The alarms that an hour gives cause for, and which of those standing have ended. A route with few requests says nothing:
 * its alarm stays.
 */
export function findAlarms(
  hour: Hour,
  settings: CachingSettings,
  standing: readonly Standing[],
): { begun: Alarm[]; ended: Standing[] } {
  const found = [...droppedRates(hour, settings), ...hotKeys(hour, settings)];
  const isIn = (alarms: readonly Standing[], { name, subject }: Standing): boolean =>
    alarms.some((each) => each.name === name && each.subject === subject);
  const saysNothing = ({ name, subject }: Standing): boolean => {
    const route = hour.routes.find(({ operationId }) => operationId === subject);
    return name === "caching.hit_rate_dropped" && (!route || requestsOf([route]) < settings.leastRequests);
  };
  return {
    begun: found.filter((alarm) => !isIn(standing, alarm)),
    ended: standing.filter((alarm) => !isIn(found, alarm) && !saysNothing(alarm)),
  };
}

function droppedRates({ since, until, routes, hotPaths }: Hour, settings: CachingSettings): Alarm[] {
  return routes.flatMap((route) => {
    const { operationId, hits, misses, collapsed, averageFillMs } = route;
    const [requests, hitRate, targetHitRate] = [
      requestsOf([route]),
      hitRateOf([route]),
      targetOf(settings, operationId),
    ];
    if (requests < settings.leastRequests || hitRate === null || hitRate >= targetHitRate) return [];
    const data = {
      since: since.toISOString(),
      until: until.toISOString(),
      operationId,
      requests,
      hits,
      hitRate,
      targetHitRate,
      misses,
      collapsed,
      averageFillMs,
      hotKeys: hotPaths.filter((path) => path.operationId === operationId).slice(0, MOST_TOLD),
    };
    return [{ name: "caching.hit_rate_dropped", subject: operationId, data }];
  });
}

function hotKeys({ since, until, routes, hotPaths }: Hour, settings: CachingSettings): Alarm[] {
  const allHits = routes.reduce((sum, { hits }) => sum + hits, 0);
  return hotPaths.flatMap((hot) => {
    const share = allHits === 0 ? 0 : Math.min(1, hot.hits / allHits);
    const isHot = (hot.hits >= settings.leastRequests && share >= settings.hotShare) || hot.hits >= settings.hotHits;
    if (!isHot) return [];
    const data = { since: since.toISOString(), until: until.toISOString(), ...hot, share };
    return [{ name: "caching.hot_key_found", subject: `${hot.tenantId} ${hot.path}`, data }];
  });
}
