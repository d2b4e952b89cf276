import type { Principal } from "#shared/accounts/principal.ts";
import type { RequiredScope } from "#shared/accounts/scopes.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { RouteRule } from "#shared/limits/policies.ts";
import { createAdaptiveCache } from "./adaptive-cache.ts";
import type { CachePolicy, CacheScope } from "./cache-policy.ts";
import { type Hit, KeptHit, type Sent, sentOf } from "./hit.ts";
import { createHotKeys, type HotKeys } from "./hot-keys.ts";
import type { Reads } from "./reads.ts";
import { isFresh } from "./reads.ts";
import { createRouteCounts, NO_TENANT, type RouteCount, type RouteCounts } from "./route-counts.ts";
import type { TagCell, TagEpochs } from "./tag-epochs.ts";
import { textBytes } from "./text-bytes.ts";

const MOST_BYTES = 128 * 1024 * 1024;
/** What an entry takes beside its texts, roughly. */
const ENTRY_BYTES = 600;
const LONGEST_KEY = 1_024;

/** What a route is, for whoever answers in its place. */
export interface CachedRoute {
  readonly operationId: string;
  readonly scope: RequiredScope;
  readonly policy: CachePolicy;
  /** What a request takes of its caller's quotas. */
  readonly rule: RouteRule;
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

/** Why something was not answered from the cache, in the words of RFC 9211 §2.2. */
export type Forward = "uri-miss" | "stale" | "bypass" | "request";

/** Somebody is reading what others ask for, too. */
interface Fill {
  readonly reads: Reads;
  /** Undefined when it came to nothing that others could be given. */
  readonly answer: Promise<StoredAnswer | undefined>;
}

interface Entry {
  readonly key: string;
  readonly answer: StoredAnswer;
  /** Of its route and tenant. */
  readonly count: RouteCount;
  readonly cells: readonly TagCell[];
  readonly began: number;
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
  readonly refreshFromMs: number;
  isRefreshing: boolean;
  /** The epoch in which none of its tags was found to have moved. */
  freshIn: number;
  /** The answer as it goes out, but for what differs from hit to hit. */
  sent: Sent | undefined;
}

export type Look = { readonly hit: Hit } | { readonly miss: Forward; readonly fill?: Fill | undefined };

/** Answers of this process, each under who may have it, the service and what was asked. */
export interface ResponseCache {
  /**
   * A hit of a GET route of scope `tenant`, at once; undefined when somebody has to go and read. The caller checks that the principal holds the route's
   * scope, and counts it against its limits.
   * @param pathAndQuery as the service sees it
   */
  find(service: string, principal: Principal, pathAndQuery: string): Hit | undefined;
  look(key: string, route: CachedRoute): Look;
  /** Announces a fill, which those who ask meanwhile wait for. */
  begin(key: string, fill: Fill): void;
  /** @param ageMs of an answer that was made elsewhere */
  end(key: string, fill: Fill, stored: StoredAnswer | undefined, ageMs?: number): boolean;
  /** Removes a tenant's answers to a path, or to all that begin so, also those that are being made. */
  forget(tenantId: string, path: string, isPrefix: boolean): void;
  readonly isHearing: boolean;
  readonly counts: RouteCounts;
  readonly hotKeys: HotKeys;
  readonly bytes: number;
  readonly size: number;
}

export interface ResponseCacheOptions {
  readonly clock: Clock;
  readonly epochs: TagEpochs;
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

/** How long an answer of the status is kept, in ms. */
export function lifeOf({ ttlMs, missingMs, staleMs = 0 }: CachePolicy, status: 200 | 404) {
  return { ttlMs: status === 404 ? Math.min(ttlMs, missingMs ?? ttlMs) : ttlMs, staleMs };
}

/** Whose answers a key names. */
export function tenantOfKey(key: string): string {
  const owner = key.slice(0, key.indexOf(" "));
  return owner.split(":")[1] ?? NO_TENANT;
}

export function createResponseCache({
  clock,
  epochs,
  isHearing,
  mostBytes = MOST_BYTES,
}: ResponseCacheOptions): ResponseCache {
  const entries = createAdaptiveCache<Entry>({ mostBytes });
  const fills = new Map<string, Fill>();
  const underWay = new Map<Fill, string>(); // also those that a newer one of their key has taken the place of
  const counts = createRouteCounts();
  const hotKeys = createHotKeys();

  function take(key: string): Look {
    if (!isHearing()) return { miss: "bypass" };
    const entry = entries.get(key);
    if (!entry) return { miss: "uri-miss" };
    const nowMs = clock();
    const why = whyNot(key, entry, nowMs);
    return why ? { miss: why } : { hit: use(entry, nowMs) };
  }

  function use(entry: Entry, nowMs: number): Hit {
    entry.count.hits += 1;
    hotKeys.left -= 1;
    if (hotKeys.left === 0) hotKeys.look(entry.key, entry.answer.route.operationId);
    const { answer, storedAtMs, freshUntilMs } = entry;
    entry.sent ??= sentOf(answer);
    return new KeptHit(answer, entry.sent, nowMs - storedAtMs, freshUntilMs - nowMs);
  }

  function whyNot(key: string, entry: Entry, nowMs: number): "stale" | undefined {
    // While nothing at all has moved, no tag need be looked at.
    if (entry.freshIn !== epochs.now) {
      if (!isFresh(entry.cells, entry.began)) {
        remove(key);
        return "stale";
      }
      entry.freshIn = epochs.now;
    }
    if (nowMs >= entry.staleUntilMs) return "stale";
    if (nowMs < entry.refreshFromMs || entry.isRefreshing) return undefined;
    entry.isRefreshing = true; // this one reads anew, the others go on with what there is
    return "stale";
  }

  const remove = (key: string): boolean => entries.delete(key);

  return {
    find(service, principal, pathAndQuery) {
      if (!isHearing()) return undefined;
      const owner = ownerOf("tenant", principal);
      if (owner === undefined) return undefined;
      const key = keyOf(service, owner, pathAndQuery);
      const entry = entries.get(key);
      if (!entry) return undefined;
      const nowMs = clock();
      // Whoever refreshes it comes the long way, and is marked there.
      if (nowMs >= entry.refreshFromMs && !entry.isRefreshing) return undefined;
      return whyNot(key, entry, nowMs) ? undefined : use(entry, nowMs);
    },
    look(key, { operationId }) {
      const found = take(key);
      if ("hit" in found) return found;
      counts.of(operationId, tenantOfKey(key)).misses[found.miss] += 1;
      // A process that hears nothing cannot know whether a reading that it began before still holds.
      const fill = found.miss === "bypass" ? undefined : fills.get(key);
      return fill?.reads.isOpen ? { ...found, fill } : found;
    },
    begin(key, fill) {
      fills.set(key, fill);
      underWay.set(fill, key);
    },
    end(key, fill, answer, ageMs = 0) {
      if (fills.get(key) === fill) fills.delete(key);
      underWay.delete(fill);
      const before = entries.get(key);
      if (before) before.isRefreshing = false;
      const { reads } = fill;
      if (!answer || reads.isUntold || !reads.isFresh || !isHearing() || key.length > LONGEST_KEY) return false;
      const { policy, operationId } = answer.route;
      const madeAtMs = clock() - ageMs;
      const { ttlMs, staleMs } = lifeOf(policy, answer.status);
      const bytes = ENTRY_BYTES + textBytes(key) + textBytes(answer.body) + 100 * reads.cells.length;
      const count = counts.of(operationId, tenantOfKey(key));
      const entry: Entry = {
        key,
        answer,
        count,
        cells: reads.cells,
        began: reads.began,
        storedAtMs: madeAtMs,
        freshUntilMs: madeAtMs + ttlMs,
        staleUntilMs: madeAtMs + ttlMs + staleMs,
        refreshFromMs: madeAtMs + ttlMs * 0.9,
        isRefreshing: false,
        freshIn: reads.began,
        sent: undefined,
      };
      entries.set(key, entry, bytes);
      count.stored += 1;
      count.storedBytes += bytes;
      return true;
    },
    forget(tenantId, path, isPrefix) {
      const isMeant = (key: string): boolean => {
        const [owner = "", , asked = ""] = key.split(" ", 3);
        return owner.split(":")[1] === tenantId && (isPrefix ? asked.startsWith(path) : asked === path);
      };
      for (const key of [...entries.keys()]) if (isMeant(key)) remove(key);
      for (const [fill, key] of underWay) if (isMeant(key)) fill.reads.isUntold = true; // never to be kept
    },
    get isHearing() {
      return isHearing();
    },
    counts,
    hotKeys,
    get bytes() {
      return entries.bytes;
    },
    get size() {
      return entries.size;
    },
  };
}
