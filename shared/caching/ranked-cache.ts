import { keyHash } from "./key-hash.ts";

/** How a cache chooses what to let go. */
export interface EvictionPlan {
  /** The share of the bytes in which entries go by recency alone, before they must have earned their place; 1: all of it (LRU). */
  readonly windowShare: number;
  /** Which of {@link HALF_LIVES} ranks the rest. */
  readonly rank: 0 | 1;
}

/** In how many turnovers of the cache a use counts half: nearer to recency, nearer to frequency. */
const HALF_LIVES = [1, 30] as const;
const RATE0 = Math.LN2 / HALF_LIVES[0];
const RATE1 = Math.LN2 / HALF_LIVES[1];

/** Victims are the least of so many at random: one of the lowest fifth nine times in ten. */
const SAMPLED = 10;
/** When a use weighs more than this, all weights are scaled down. */
const HEAVIEST = 1e150;

interface Node<K, V> {
  readonly key: K;
  readonly hash: number;
  value: V;
  bytes: number;
  /** Where it stands in the ranked part; -1: in the window. */
  slot: number;
  older: Node<K, V> | undefined;
  newer: Node<K, V> | undefined;
  // The sum of the weights of all uses, for each half-life, where a use weighs twice as much as one a half-life earlier
  // (forward decay, Cormode et al. 2009); `before`: without the last use.
  score0: number;
  score1: number;
  before0: number;
  before1: number;
}

/** The scores of what was let go, by hash: one that comes back is not a stranger. Collisions forget. */
interface Ghosts {
  hashes: Int32Array;
  scores0: Float64Array;
  scores1: Float64Array;
}

const ghostsOf = (size: number): Ghosts => ({
  hashes: new Int32Array(size),
  scores0: new Float64Array(size),
  scores1: new Float64Array(size),
});

/**
 * A cache bounded in bytes: a window by recency, then a part ranked by decayed frequency (CRF of LRFU, Lee et al. 2001),
 * into which what leaves the window is let only if its uses *before* the last one beat the lowest rank. That keeps a
 * scan or a loop from washing through, as TinyLFU and LIRS do. The plan may change at any time.
 */
export class RankedCache<K extends string | number, V> {
  readonly maxBytes: number;
  readonly #random: () => number;
  readonly #nodes = new Map<K, Node<K, V>>();
  readonly #ranked: Node<K, V>[] = [];
  #oldest: Node<K, V> | undefined;
  #newest: Node<K, V> | undefined;
  #windowBytes = 0;
  #windowMax = 0;
  #rank: 0 | 1 = 0;
  #ghosts = ghostsOf(1024);
  /** What a use weighs now: it grows by the rate in each turnover, which is as many uses as there are entries. */
  #weight0 = 1;
  #weight1 = 1;
  bytes = 0;
  /** Of the entry that `get` found last. */
  lastHash = 0;
  lastBytes = 0;

  constructor({
    maxBytes,
    plan,
    random = Math.random,
  }: {
    maxBytes: number;
    plan: EvictionPlan;
    random?: () => number;
  }) {
    this.maxBytes = maxBytes;
    this.#random = random;
    this.follow(plan);
  }

  get size(): number {
    return this.#nodes.size;
  }

  follow({ windowShare, rank }: EvictionPlan): void {
    this.#windowMax = this.maxBytes * windowShare;
    this.#rank = rank;
  }

  has = (key: K): boolean => this.#nodes.has(key);

  keys = (): Iterable<K> => this.#nodes.keys();

  /** Counts as a use. */
  get(key: K): V | undefined {
    const node = this.#nodes.get(key);
    if (!node) return undefined;
    this.#use(node);
    if (node.slot < 0) {
      if (node !== this.#newest) {
        this.#unlink(node);
        this.#append(node);
      }
    } else if (this.#windowMax >= this.maxBytes) {
      this.#unrank(node);
      this.#append(node);
    }
    this.lastHash = node.hash;
    this.lastBytes = node.bytes;
    return node.value;
  }

  set(key: K, value: V, bytes: number): void {
    const known = this.#nodes.get(key);
    if (known) this.#remove(known);
    if (bytes > this.maxBytes) return;
    const hash = known?.hash ?? (typeof key === "string" ? keyHash(key) : key);
    const { hashes, scores0, scores1 } = this.#ghosts;
    const place = hash & (hashes.length - 1);
    const isKnown = hashes[place] === hash;
    const node: Node<K, V> = {
      key,
      hash,
      value,
      bytes,
      slot: -1,
      older: undefined,
      newer: undefined,
      score0: isKnown ? (scores0[place] ?? 0) : 0,
      score1: isKnown ? (scores1[place] ?? 0) : 0,
      before0: 0,
      before1: 0,
    };
    this.#use(node);
    this.#nodes.set(key, node);
    this.bytes += bytes;
    this.#append(node);
    this.#settle();
    if (this.#nodes.size * 4 > this.#ghosts.hashes.length) this.#growGhosts();
  }

  delete(key: K): boolean {
    const node = this.#nodes.get(key);
    if (!node) return false;
    this.#remove(node);
    return true;
  }

  clear(): void {
    this.#nodes.clear();
    this.#ranked.length = 0;
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#windowBytes = 0;
    this.bytes = 0;
  }

  #use(node: Node<K, V>): void {
    const share = 1 / (this.#nodes.size + 1);
    this.#weight0 *= 1 + RATE0 * share;
    this.#weight1 *= 1 + RATE1 * share;
    node.before0 = node.score0;
    node.before1 = node.score1;
    node.score0 += this.#weight0;
    node.score1 += this.#weight1;
    if (this.#weight0 > HEAVIEST || this.#weight1 > HEAVIEST) this.#scaleDown(node);
  }

  #scaleDown(used: Node<K, V>): void {
    const by0 = 1 / this.#weight0;
    const by1 = 1 / this.#weight1;
    this.#weight0 = 1;
    this.#weight1 = 1;
    for (const node of new Set([...this.#nodes.values(), used])) {
      node.score0 *= by0;
      node.score1 *= by1;
      node.before0 *= by0;
      node.before1 *= by1;
    }
    const { scores0, scores1 } = this.#ghosts;
    for (let i = 0; i < scores0.length; i++) {
      scores0[i] = (scores0[i] ?? 0) * by0;
      scores1[i] = (scores1[i] ?? 0) * by1;
    }
  }

  /** Moves what overflows the window into the ranked part, or lets go of one or the other. */
  #settle(): void {
    const rankedMax = this.maxBytes - this.#windowMax;
    while (this.bytes > this.maxBytes || this.#windowBytes > this.#windowMax) {
      const candidate = this.#windowBytes > this.#windowMax ? this.#oldest : undefined;
      if (!candidate) {
        const victim = this.#victim() ?? this.#oldest;
        if (!victim) return;
        this.#remove(victim);
        continue;
      }
      if (this.bytes <= this.maxBytes || this.bytes - this.#windowBytes + candidate.bytes <= rankedMax) {
        this.#rankNode(candidate);
        continue;
      }
      const victim = this.#victim();
      if (victim && this.#worthBefore(candidate) > this.#worth(victim)) {
        this.#remove(victim);
        this.#rankNode(candidate);
      } else this.#remove(candidate);
    }
  }

  #worth(node: Node<K, V>): number {
    return (this.#rank === 0 ? node.score0 : node.score1) / node.bytes;
  }

  #worthBefore(node: Node<K, V>): number {
    return (this.#rank === 0 ? node.before0 : node.before1) / node.bytes;
  }

  #victim(): Node<K, V> | undefined {
    const ranked = this.#ranked;
    let victim: Node<K, V> | undefined;
    let least = Number.POSITIVE_INFINITY;
    const tries = Math.min(ranked.length, SAMPLED);
    for (let i = 0; i < tries; i++) {
      const node = ranked[tries === ranked.length ? i : (this.#random() * ranked.length) | 0];
      if (!node) continue;
      const worth = this.#worth(node);
      if (worth < least) {
        least = worth;
        victim = node;
      }
    }
    return victim;
  }

  #rankNode(node: Node<K, V>): void {
    this.#unlink(node);
    node.slot = this.#ranked.length;
    this.#ranked.push(node);
  }

  #unrank(node: Node<K, V>): void {
    const last = this.#ranked.pop();
    if (last && last !== node) {
      this.#ranked[node.slot] = last;
      last.slot = node.slot;
    }
    node.slot = -1;
  }

  #append(node: Node<K, V>): void {
    node.older = this.#newest;
    node.newer = undefined;
    if (this.#newest) this.#newest.newer = node;
    else this.#oldest = node;
    this.#newest = node;
    this.#windowBytes += node.bytes;
  }

  #unlink(node: Node<K, V>): void {
    if (node.older) node.older.newer = node.newer;
    else this.#oldest = node.newer;
    if (node.newer) node.newer.older = node.older;
    else this.#newest = node.older;
    node.older = undefined;
    node.newer = undefined;
    this.#windowBytes -= node.bytes;
  }

  #remove(node: Node<K, V>): void {
    if (node.slot < 0) this.#unlink(node);
    else this.#unrank(node);
    this.#nodes.delete(node.key);
    this.bytes -= node.bytes;
    const { hashes, scores0, scores1 } = this.#ghosts;
    const place = node.hash & (hashes.length - 1);
    hashes[place] = node.hash;
    scores0[place] = node.score0;
    scores1[place] = node.score1;
  }

  #growGhosts(): void {
    const before = this.#ghosts;
    const after = ghostsOf(before.hashes.length * 4);
    before.hashes.forEach((hash, i) => {
      const place = hash & (after.hashes.length - 1);
      after.hashes[place] = hash;
      after.scores0[place] = before.scores0[i] ?? 0;
      after.scores1[place] = before.scores1[i] ?? 0;
    });
    this.#ghosts = after;
  }
}
