import { createAdaptiveCache } from "./adaptive-cache.ts";
import type { ByteCache } from "./byte-cache.ts";
import type { Reads } from "./reads.ts";

const MOST_BYTES = 48 * 1024 * 1024;
const ENTRY_BYTES = 400;

/** A value that a verb read. */
export interface KeptValue {
  readonly reads: Reads;
  readonly value: unknown;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
  isRefreshing: boolean;
}

/** What verbs have read, by key. */
export interface ValueCache {
  get(key: string): KeptValue | undefined;
  set(key: string, kept: KeptValue): void;
  /** Readings that others may wait for. */
  readonly underWay: Map<string, Reading>;
}

export interface Reading {
  readonly reads: Reads;
  value: Promise<unknown>;
  /** It came from the store. */
  isTaken: boolean;
  /** How long it may be kept, stale at last, in ms. */
  leftMs: number;
}

export function createValueCache(mostBytes = MOST_BYTES): ValueCache {
  const values: ByteCache<KeptValue> = createAdaptiveCache({ mostBytes });
  return {
    get: (key) => values.get(key),
    set(key, kept) {
      values.set(key, kept, ENTRY_BYTES + 2 * (key.length + (JSON.stringify(kept.value) ?? "").length));
    },
    underWay: new Map(),
  };
}
