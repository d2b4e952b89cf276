import { createAdaptiveCache } from "#shared/caching/adaptive-cache.ts";
import type { Trace } from "./trace.ts";

export interface Played {
  /** Share of the requests that were hits. */
  hitRate: number;
  nsPerRequest: number;
}

/** Rainwire's cache, which is asked for each key and given what it lacks. */
export function playOurs({ requests, sizes }: Trace, maxBytes: number, random: () => number): Played {
  const keys = Array.from(sizes, (_, number) => `key-${number}`);
  const cache = createAdaptiveCache<true>({ mostBytes: maxBytes, random });
  let hits = 0;
  const startedMs = performance.now();
  for (const number of requests) {
    const key = keys[number] ?? "";
    if (cache.get(key)) hits += 1;
    else cache.set(key, true, sizes[number] ?? 1);
  }
  return played(hits, requests.length, startedMs);
}

/** Least recently used, exactly. */
export function playLru({ requests, sizes }: Trace, maxBytes: number): Played {
  const keys = Array.from(sizes, (_, number) => `key-${number}`);
  const cache = new Map<string, number>();
  let [hits, bytes] = [0, 0];
  const startedMs = performance.now();
  for (const number of requests) {
    const key = keys[number] ?? "";
    const size = sizes[number] ?? 1;
    if (cache.delete(key)) {
      hits += 1;
      cache.set(key, size);
      continue;
    }
    if (size > maxBytes) continue;
    cache.set(key, size);
    bytes += size;
    for (const [oldest, itsSize] of cache) {
      if (bytes <= maxBytes) break;
      cache.delete(oldest);
      bytes -= itsSize;
    }
  }
  return played(hits, requests.length, startedMs);
}

const played = (hits: number, requests: number, startedMs: number): Played => ({
  hitRate: hits / requests,
  nsPerRequest: ((performance.now() - startedMs) * 1e6) / requests,
});

/**
 * The optimum for keys of one size (Belady 1966): whoever knows the future lets go of what is asked for last. Each miss is
 * kept first, as both caches above do it.
 */
export function playOptimum({ requests, sizes }: Trace, entries: number): number {
  const never = requests.length + 1;
  const next = new Uint32Array(requests.length);
  const lastSeen = new Uint32Array(sizes.length).fill(never);
  for (let i = requests.length - 1; i >= 0; i--) {
    const number = requests[i] ?? 0;
    next[i] = lastSeen[number] ?? never;
    lastSeen[number] = i;
  }
  const dueOf = new Uint32Array(sizes.length); // 0: not kept
  const heap = createDueHeap();
  let [hits, kept] = [0, 0];
  requests.forEach((number, i) => {
    const due = next[i] ?? never;
    if ((dueOf[number] ?? 0) > 0) hits += 1;
    else kept += 1;
    dueOf[number] = due;
    heap.push(due, number);
    while (kept > entries) {
      const [itsDue, victim] = heap.pop();
      if (dueOf[victim] !== itsDue) continue; // asked for meanwhile
      dueOf[victim] = 0;
      kept -= 1;
    }
  });
  return hits / requests.length;
}

/** Pairs, the latest due first. */
function createDueHeap() {
  const dues: number[] = [];
  const numbers: number[] = [];
  const swap = (a: number, b: number) => {
    [dues[a], dues[b]] = [dues[b] ?? 0, dues[a] ?? 0];
    [numbers[a], numbers[b]] = [numbers[b] ?? 0, numbers[a] ?? 0];
  };
  const due = (i: number): number => dues[i] ?? -1;
  return {
    push(itsDue: number, number: number): void {
      let i = dues.push(itsDue) - 1;
      numbers.push(number);
      for (let up = (i - 1) >> 1; i > 0 && due(up) < due(i); up = (i - 1) >> 1) {
        swap(i, up);
        i = up;
      }
    },
    pop(): [due: number, number: number] {
      const top: [number, number] = [dues[0] ?? 0, numbers[0] ?? 0];
      swap(0, dues.length - 1);
      dues.pop();
      numbers.pop();
      for (let i = 0; ; ) {
        const child = due(2 * i + 2) > due(2 * i + 1) ? 2 * i + 2 : 2 * i + 1;
        if (due(child) <= due(i)) break;
        swap(i, child);
        i = child;
      }
      return top;
    },
  };
}
