/** An answer that many ask for. */
export interface HotKey {
  /** As the cache names it (`keyOf`). */
  readonly key: string;
  readonly operationId: string;
  /** About so many hits since it was last told of. */
  readonly hits: number;
}

/** Of so many hits one is looked at, on average. Not at a fixed step, which a round of as many keys would keep in step with. */
const SAMPLED = 32;
const MOST_KEYS = 1_024;

/** Which answers draw the most hits of a process, by looking at a few of them. */
export interface HotKeys {
  /** Hits until one is to be looked at: whoever answers a hit counts it down, and calls `look` at nought. */
  left: number;
  look(key: string, operationId: string): void;
  /** The hottest since each was last taken; the others go on being counted. */
  take(most: number): HotKey[];
  /** What was taken and could not be written down. */
  putBack(keys: readonly HotKey[]): void;
}

export function createHotKeys({ random = Math.random }: { random?: () => number } = {}): HotKeys {
  let keys = new Map<string, { operationId: string; hits: number }>();
  let step = 0;

  function add(key: string, operationId: string, hits: number): void {
    const known = keys.get(key);
    if (known) {
      known.hits += hits;
      return;
    }
    if (keys.size >= MOST_KEYS) letGo();
    keys.set(key, { operationId, hits });
  }

  /** Of the rarer half: a hot one comes back soon (lossy counting, Manku and Motwani 2002, roughly). */
  function letGo(): void {
    const sorted = [...keys].sort(([, a], [, b]) => b.hits - a.hits);
    keys = new Map(sorted.slice(0, MOST_KEYS / 2));
  }

  const begin = (): number => {
    step = 1 + Math.floor(random() * (2 * SAMPLED - 1));
    return step;
  };

  const hotKeys: HotKeys = {
    left: begin(),
    look(key, operationId) {
      add(key, operationId, step); // this one stands for those since the last
      hotKeys.left = begin();
    },
    take(most) {
      const hottest = [...keys].sort(([, a], [, b]) => b.hits - a.hits).slice(0, most);
      for (const [key] of hottest) keys.delete(key);
      return hottest.map(([key, { operationId, hits }]) => ({ key, operationId, hits }));
    },
    putBack(taken) {
      for (const { key, operationId, hits } of taken) add(key, operationId, hits);
    },
  };
  return hotKeys;
}
