import type { Clock } from "./clock.ts";

export interface Counted {
  /** This one included. */
  readonly count: number;
  /** Until the key counts from nothing again, in ms. */
  readonly resetsInMs: number;
}

/** Counts what happens in a window of time. A lost count begins anew: it may let a few more through, never fewer. */
export interface Counters {
  /** Counts one more. A key's window begins with its first count and is not extended by later ones. */
  increment(key: string, windowMs: number): Promise<Counted>;
}

const MOST_KEYS = 100_000;

/** {@link Counters} of one process. Of too many keys the oldest go first. */
export function memoryCounters(clock: Clock): Counters {
  const windows = new Map<string, { count: number; endsAtMs: number }>();

  function prune(nowMs: number): void {
    if (windows.size < MOST_KEYS) return;
    for (const [key, { endsAtMs }] of windows) if (endsAtMs <= nowMs) windows.delete(key);
    for (const key of windows.keys()) {
      if (windows.size < MOST_KEYS) break;
      windows.delete(key);
    }
  }

  return {
    async increment(key, windowMs) {
      const nowMs = clock();
      let window = windows.get(key);
      if (!window || window.endsAtMs <= nowMs) {
        prune(nowMs);
        window = { count: 0, endsAtMs: nowMs + windowMs };
        windows.delete(key);
        windows.set(key, window);
      }
      window.count += 1;
      return { count: window.count, resetsInMs: window.endsAtMs - nowMs };
    },
  };
}
