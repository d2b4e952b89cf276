import type { Principal } from "#shared/accounts/principal.ts";
import type { Scope } from "#shared/accounts/scopes.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { createByteCache } from "./byte-cache.ts";
import type { CachePolicy, CacheScope } from "./cache-policy.ts";
import type { Reads } from "./reads.ts";
import { isFresh } from "./reads.ts";
import { createRouteCounts, type RouteCounts } from "./route-counts.ts";
import type { TagCell } from "./tag-epochs.ts";

const MOST_BYTES = 64 * 1024 * 1024;
/** What an entry takes beside its texts, roughly. */
const ENTRY_BYTES = 600;
const LONGEST_KEY = 1_024;

/** What a route is, for whoever answers in its place. */
export interface CachedRoute {
  readonly operationId: string;
  readonly scope: Scope | "public";
  readonly policy: CachePolicy;
}

/** An answer as it is sent, again and again. */
export interface StoredAnswer {
  readonly route: CachedRoute;
  readonly status: 200 | 404;
  readonly body: string;
  readonly etag: string;
  /** Without `cache-status` and `age`, which differ from hit to hit. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

export interface Hit {
  readonly route: CachedRoute;
  readonly status: 200 | 404;
  readonly body: string;
  readonly etag: string;
  /** All of them, lower case; what belongs to one request (`x-request-id`, `traceparent`) is to be added. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Why something was not answered from the cache, in the words of RFC 9211 §2.2. */
export type Forward = "uri-miss" | "stale" | "bypass" | "request";

/** Somebody is reading what others ask for, too. */
interface Fill {
  readonly reads: Reads;
  /** Undefined when it came to nothing that others could be given. */
  readonly answer: Promise<StoredAnswer | undefined>;
}

interface Entry {
  readonly answer: StoredAnswer;
  readonly cells: readonly TagCell[];
  readonly began: number;
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
  readonly refreshFromMs: number;
  isRefreshing: boolean;
  hits: number;
  hit: Hit | undefined;
  hitSecond: number;
}

export type Look = { readonly hit: Hit } | { readonly miss: Forward; readonly fill?: Fill | undefined };

/** Answers of this process, each under who may have it, the service and what was asked. */
export interface ResponseCache {
  /**
   * A hit, at once; undefined when somebody has to go and read. The caller checks that the principal holds the route's
   * scope, and counts it against its limits.
   * @param pathAndQuery as the service sees it
   */
  find(service: string, principal: Principal, method: string, pathAndQuery: string): Hit | undefined;
  look(key: string, route: CachedRoute): Look;
  /** Announces a fill, which those who ask meanwhile wait for. */
  begin(key: string, fill: Fill): void;
  end(key: string, fill: Fill, stored: StoredAnswer | undefined): boolean;
  delete(key: string): boolean;
  /** Removes what begins so. */
  deletePrefix(prefix: string): number;
  readonly counts: RouteCounts;
  readonly bytes: number;
  readonly size: number;
}

export interface ResponseCacheOptions {
  readonly clock: Clock;
  /** Whether this process hears of what other processes change; else nothing is answered from here. */
  readonly isHearing: () => boolean;
  readonly mostBytes?: number;
}

/** Under whom an answer is kept; undefined: for this caller none is. */
export function ownerOf(scope: CacheScope, principal: Principal | undefined): string | undefined {
  if (scope === "public") return "public";
  if (principal?.kind !== "user" && principal?.kind !== "key") return undefined;
  if (scope === "tenant") return `t:${principal.tenantId}`;
  if (principal.userId === null) return undefined;
  return `u:${principal.tenantId}:${principal.userId}`;
}

export const keyOf = (service: string, owner: string, pathAndQuery: string): string =>
  `${owner} ${service} ${pathAndQuery}`;

export function createResponseCache({ clock, isHearing, mostBytes = MOST_BYTES }: ResponseCacheOptions): ResponseCache {
  const entries = createByteCache<Entry>({ mostBytes });
  const keys = new Set<string>();
  const fills = new Map<string, Fill>();
  const counts = createRouteCounts();

  function take(key: string): Look {
    if (!isHearing()) return { miss: "bypass" };
    const entry = entries.get(key);
    if (!entry) return { miss: "uri-miss" };
    if (!isFresh(entry.cells, entry.began)) {
      remove(key);
      return { miss: "stale" };
    }
    const nowMs = clock();
    if (nowMs >= entry.staleUntilMs) return { miss: "stale" };
    if (nowMs >= entry.refreshFromMs && !entry.isRefreshing) {
      entry.isRefreshing = true; // this one reads anew, the others go on with what there is
      return { miss: "stale" };
    }
    entry.hits += 1;
    counts.hit(entry.answer.route.operationId);
    return { hit: hitOf(entry, nowMs) };
  }

  function remove(key: string): boolean {
    keys.delete(key);
    return entries.delete(key);
  }

  return {
    find(service, principal, method, pathAndQuery) {
      if (method !== "GET") return undefined;
      for (const scope of ["tenant", "user"] as const) {
        const owner = ownerOf(scope, principal);
        if (owner === undefined) return undefined;
        const key = keyOf(service, owner, pathAndQuery);
        if (!entries.get(key)) continue;
        const found = take(key);
        if ("hit" in found) return found.hit;
        const entry = entries.get(key);
        if (entry) entry.isRefreshing = false; // whoever comes the long way does it
        return undefined;
      }
      return undefined;
    },
    look(key, { operationId }) {
      const found = take(key);
      if ("hit" in found) return found;
      counts.miss(operationId, found.miss);
      const fill = fills.get(key);
      return fill?.reads.isOpen ? { ...found, fill } : found;
    },
    begin(key, fill) {
      fills.set(key, fill);
    },
    end(key, fill, answer) {
      if (fills.get(key) === fill) fills.delete(key);
      const before = entries.get(key);
      if (before) before.isRefreshing = false;
      const { reads } = fill;
      if (!answer || reads.isUntold || !reads.isFresh || !isHearing() || key.length > LONGEST_KEY) return false;
      const { policy, operationId } = answer.route;
      const nowMs = clock();
      const ttlMs = answer.status === 404 ? Math.min(policy.ttlMs, policy.missingMs ?? policy.ttlMs) : policy.ttlMs;
      const bytes = ENTRY_BYTES + 2 * (key.length + answer.body.length) + 100 * reads.cells.length;
      const entry: Entry = {
        answer,
        cells: reads.cells,
        began: reads.began,
        storedAtMs: nowMs,
        freshUntilMs: nowMs + ttlMs,
        staleUntilMs: nowMs + ttlMs + (policy.staleMs ?? 0),
        refreshFromMs: nowMs + ttlMs * 0.9,
        isRefreshing: false,
        hits: 0,
        hit: undefined,
        hitSecond: -1,
      };
      entries.set(key, entry, bytes);
      counts.stored(operationId, bytes);
      keys.add(key);
      if (keys.size > 2 * entries.size + 1_000) for (const one of keys) if (!entries.get(one)) keys.delete(one);
      return true;
    },
    delete: remove,
    deletePrefix(prefix) {
      let removed = 0;
      for (const key of keys) if (key.startsWith(prefix) && remove(key)) removed += 1;
      return removed;
    },
    counts,
    get bytes() {
      return entries.bytes;
    },
    get size() {
      return entries.size;
    },
  };
}

/** The headers of a hit change once a second. */
function hitOf(entry: Entry, nowMs: number): Hit {
  const second = Math.floor(nowMs / 1_000);
  if (entry.hit && entry.hitSecond === second) return entry.hit;
  const { route, status, body, etag, headers } = entry.answer;
  const age = String(Math.max(0, Math.floor((nowMs - entry.storedAtMs) / 1_000)));
  const ttl = Math.floor((entry.freshUntilMs - nowMs) / 1_000);
  entry.hit = { route, status, body, etag, headers: { ...headers, age, "cache-status": `rainwire; hit; ttl=${ttl}` } };
  entry.hitSecond = second;
  return entry.hit;
}
