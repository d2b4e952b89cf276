/** What became of the requests of a route. */
export interface RouteCount {
  hits: number;
  /** By why they went past the cache (RFC 9211 §2.2). */
  misses: Record<string, number>;
  /** Answered by a reading that another request had begun. */
  collapsed: number;
  stored: number;
  storedBytes: number;
  fillMs: number;
}

export interface RouteCounts {
  hit(operationId: string): void;
  miss(operationId: string, why: string): void;
  collapsed(operationId: string): void;
  /** What was told as a miss was found in the store. */
  found(operationId: string, why: string): void;
  stored(operationId: string, bytes: number): void;
  filled(operationId: string, tookMs: number): void;
  /** By operationId, since the process began. */
  read(): Readonly<Record<string, Readonly<RouteCount>>>;
}

export function createRouteCounts(): RouteCounts {
  const routes = new Map<string, RouteCount>();
  const of = (operationId: string): RouteCount => {
    const known = routes.get(operationId);
    if (known) return known;
    const made = { hits: 0, misses: {}, collapsed: 0, stored: 0, storedBytes: 0, fillMs: 0 };
    routes.set(operationId, made);
    return made;
  };
  return {
    hit(operationId) {
      of(operationId).hits += 1;
    },
    miss(operationId, why) {
      const { misses } = of(operationId);
      misses[why] = (misses[why] ?? 0) + 1;
    },
    found(operationId, why) {
      const count = of(operationId);
      count.misses[why] = (count.misses[why] ?? 1) - 1;
      count.hits += 1;
    },
    collapsed(operationId) {
      of(operationId).collapsed += 1;
    },
    stored(operationId, bytes) {
      const count = of(operationId);
      count.stored += 1;
      count.storedBytes += bytes;
    },
    filled(operationId, tookMs) {
      of(operationId).fillMs += tookMs;
    },
    read: () => structuredClone(Object.fromEntries(routes)),
  };
}
