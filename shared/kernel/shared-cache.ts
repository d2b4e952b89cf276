import type { Clock } from "./clock.ts";

/**
 * Texts that all processes remember for a while. Any of them may be gone at any moment, and so may the cache: whoever
 * reads it knows where the truth is. No method throws.
 */
export interface SharedCache {
  /** Undefined when it is not there, or when the cache cannot be asked. */
  get(key: string): Promise<string | undefined>;
  /** Remembers a text unless the key has one, so that what was read from the truth before a change cannot undo it. */
  fill(key: string, text: string, ttlMs: number): Promise<void>;
  /** Remembers a text in place of what is there. False when the cache could not be told. */
  replace(key: string, text: string, ttlMs: number): Promise<boolean>;
}

/** {@link SharedCache} of one process. */
export function memorySharedCache(clock: Clock): SharedCache {
  const entries = new Map<string, { text: string; endsAtMs: number }>();
  const get = (key: string): string | undefined => {
    const entry = entries.get(key);
    if (entry && entry.endsAtMs <= clock()) entries.delete(key);
    return entries.get(key)?.text;
  };
  const set = (key: string, text: string, ttlMs: number) => entries.set(key, { text, endsAtMs: clock() + ttlMs });
  return {
    get: async (key) => get(key),
    async fill(key, text, ttlMs) {
      if (get(key) === undefined) set(key, text, ttlMs);
    },
    async replace(key, text, ttlMs) {
      set(key, text, ttlMs);
      return true;
    },
  };
}
