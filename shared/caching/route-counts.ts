import type { Forward } from "./response-cache.ts";

/** What became of the requests of a route. */
export interface RouteCount {
  hits: number;
  /** By why they went past the cache (RFC 9211 §2.2). */
  misses: Record<Forward, number>;
  /** Answered by a reading that another request had begun. */
  collapsed: number;
  stored: number;
  storedBytes: number;
  /** Readings, and how long they took together. */
  fills: number;
  fillMs: number;
}

export interface CountedRoute extends RouteCount {
  readonly operationId: string;
  readonly tenantId: string;
}

/** The tenant of what is nobody's: public answers. */
export const NO_TENANT = "-";

const MOST_COUNTS = 20_000;
/** Takings without a request after which a count is let go: its answers have long ended. */
const MOST_IDLE = 360;

export interface RouteCounts {
  /**
   * The live count of a route for a tenant. An answer is kept with it, so that a hit is one increment of an object at hand.
   */
  of(operationId: string, tenantId: string): RouteCount;
  /** What was counted since the last taking; counting goes on from nothing. */
  take(): CountedRoute[];
  /** What was taken and could not be written down. */
  putBack(counts: readonly CountedRoute[]): void;
}

export const noCount = (): RouteCount => ({
  hits: 0,
  misses: { "uri-miss": 0, stale: 0, request: 0, bypass: 0 },
  collapsed: 0,
  stored: 0,
  storedBytes: 0,
  fills: 0,
  fillMs: 0,
});

interface Counted {
  readonly operationId: string;
  readonly tenantId: string;
  readonly count: RouteCount;
  idle: number;
}

export function createRouteCounts({ mostCounts = MOST_COUNTS }: { mostCounts?: number } = {}): RouteCounts {
  const counted = new Map<string, Counted>();

  function of(operationId: string, tenantId: string): RouteCount {
    const known = counted.get(`${tenantId} ${operationId}`);
    if (known) return known.count;
    if (counted.size >= mostCounts && tenantId !== NO_TENANT) return of(operationId, NO_TENANT); // the sum stays true
    const made = { operationId, tenantId, count: noCount(), idle: 0 };
    counted.set(`${tenantId} ${operationId}`, made);
    return made.count;
  }

  return {
    of,
    take() {
      const taken: CountedRoute[] = [];
      for (const [key, each] of counted) {
        const { operationId, tenantId, count } = each;
        if (isNone(count)) {
          each.idle += 1;
          if (each.idle > MOST_IDLE) counted.delete(key);
          continue;
        }
        each.idle = 0;
        taken.push({ operationId, tenantId, ...structuredClone(count) });
        Object.assign(count, noCount());
      }
      return taken;
    },
    putBack(counts) {
      for (const { operationId, tenantId, ...count } of counts) addTo(of(operationId, tenantId), count);
    },
  };
}

const isNone = ({ hits, misses, stored, fills, collapsed }: RouteCount): boolean =>
  hits === 0 && stored === 0 && fills === 0 && collapsed === 0 && Object.values(misses).every((count) => count === 0);

function addTo(sum: RouteCount, { misses, ...counts }: RouteCount): void {
  for (const why of Object.keys(misses) as Forward[]) sum.misses[why] += misses[why]; // safe: its own keys
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) sum[name] += counts[name]; // safe: its own keys
}
