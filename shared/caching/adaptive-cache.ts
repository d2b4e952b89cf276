import type { ByteCache } from "./byte-cache.ts";
import { keyHash } from "./key-hash.ts";
import { type EvictionPlan, RankedCache } from "./ranked-cache.ts";

/** Plans that the cache chooses among; the first is LRU, by which the others are judged. */
const PLANS: readonly EvictionPlan[] = [
  { windowShare: 1, rank: 0 },
  { windowShare: 0.2, rank: 0 },
  { windowShare: 0.02, rank: 0 },
  { windowShare: 0.6, rank: 1 },
  { windowShare: 0.02, rank: 1 },
];

/** A rehearsal has about so many entries at most: of a larger cache it sees only the keys of some hashes. */
const MOST_REHEARSED = 512;
/** After so many turnovers of a rehearsal, what was seen before counts half. */
const MEMORY = 6;
/** How often it is decided anew, in turnovers. */
const DECISIONS = 0.5;
/** Standard errors by which a plan must beat LRU to be followed. */
const CONFIDENCE = 2.5;

interface Rehearsal {
  readonly plan: EvictionPlan;
  readonly cache: RankedCache<number, true>;
  /** Hits more than LRU's, and lookups in which the two differed; both decay. */
  lead: number;
  differing: number;
}

/**
 * A cache that chooses its way of eviction by what its keys are asked for: small rehearsals of each plan see a sample of
 * the keys (miniature simulations, Waldspurger et al. 2017), and the plan that is surely ahead is followed. While none is
 * surely ahead of LRU, it is LRU.
 */
export function createAdaptiveCache<Value>({
  mostBytes,
  random = Math.random,
}: {
  mostBytes: number;
  random?: () => number;
}): ByteCache<Value> {
  const lru = PLANS[0] ?? { windowShare: 1, rank: 0 };
  const cache = new RankedCache<string, Value>({ maxBytes: mostBytes, plan: lru, random });
  let followed = lru;
  let mask = 0;
  let rehearsals: Rehearsal[] = begin();
  let sinceDecision = 0;

  /** With half of what was learned before, from other keys. */
  function begin(before?: readonly Rehearsal[]): Rehearsal[] {
    return PLANS.map((plan, i) => ({
      plan,
      cache: new RankedCache<number, true>({ maxBytes: mostBytes / (mask + 1), plan, random }),
      lead: (before?.[i]?.lead ?? 0) / 2,
      differing: (before?.[i]?.differing ?? 0) / 2,
    }));
  }

  function rehearse(hash: number, bytes: number): void {
    const key = hash >>> 1; // a small integer
    let isLruHit = false;
    rehearsals.forEach((rehearsal, i) => {
      const isHit = rehearsal.cache.get(key) !== undefined;
      if (!isHit) rehearsal.cache.set(key, true, bytes);
      if (i === 0) isLruHit = isHit;
      else if (isHit !== isLruHit) {
        rehearsal.lead += isHit ? 1 : -1;
        rehearsal.differing += 1;
      }
    });
    sinceDecision += 1;
    const entries = rehearsals[0]?.cache.size ?? 1;
    if (sinceDecision > Math.max(32, entries * DECISIONS)) decide();
  }

  function decide(): void {
    sinceDecision = 0;
    const keep = 0.5 ** (DECISIONS / MEMORY);
    for (const rehearsal of rehearsals) {
      rehearsal.lead *= keep;
      rehearsal.differing *= keep;
    }
    if (cache.size > MOST_REHEARSED * (mask + 1) * 2) {
      mask = mask * 2 + 1;
      rehearsals = begin(rehearsals);
      return;
    }
    const sure = ({ lead, differing }: Rehearsal): boolean => lead > CONFIDENCE * Math.sqrt(differing + 1);
    const current = rehearsals.find(({ plan }) => plan === followed);
    let best = current && current.lead > 0 ? current : rehearsals[0];
    for (const rehearsal of rehearsals) {
      if (best && sure(rehearsal) && rehearsal.lead > best.lead + Math.sqrt(rehearsal.differing + 1)) best = rehearsal;
    }
    if (!best || best.plan === followed) return;
    followed = best.plan;
    cache.follow(followed);
  }

  return {
    get bytes() {
      return cache.bytes;
    },
    get size() {
      return cache.size;
    },
    has: cache.has,
    keys: cache.keys,
    get(key) {
      const value = cache.get(key);
      if (value !== undefined && (cache.lastHash & mask) === 0) rehearse(cache.lastHash, cache.lastBytes);
      return value;
    },
    set(key, value, bytes) {
      cache.set(key, value, bytes);
      const hash = keyHash(key);
      if ((hash & mask) === 0) rehearse(hash, bytes);
    },
    delete: (key) => cache.delete(key),
    clear: () => cache.clear(),
  };
}
