import { type CacheStore, isOfLife, type StoreEntry } from "./cache-store.ts";

/** {@link CacheStore} of one process, for tests. @param life undefined: it cannot be asked now */
export function memoryCacheStore(clock: () => number, life: () => string | undefined = () => "memory"): CacheStore {
  let ends = 0;
  const markOf = (count: number): string => String(count).padStart(16, "0");
  const endedAt = new Map<string, number>();
  const entries = new Map<string, StoreEntry & { mark: number; endsMs: number }>();
  const isThere = (generation: string): boolean => isOfLife(generation, life());
  return {
    life,
    async look(generation, key) {
      if (!isThere(generation)) return undefined;
      const entry = entries.get(`${generation} ${key}`);
      const isKept =
        entry &&
        entry.endsMs > clock() &&
        entry.tags.every((tag) => (endedAt.get(`${generation} ${tag}`) ?? 0) <= entry.mark);
      if (!isKept) return { mark: markOf(ends), entry: undefined };
      return {
        mark: markOf(ends),
        entry: { text: entry.text, tags: entry.tags, leftMs: entry.endsMs - clock() },
      };
    },
    async keep(generation, key, { mark, text, tags, leftMs, since }) {
      if (!isThere(generation)) return;
      const hasEnded = (tag: string) => (endedAt.get(`${generation} ${tag}`) ?? 0) > Number(since?.get(tag) ?? mark);
      if (tags.some(hasEnded)) return;
      entries.set(`${generation} ${key}`, { text, tags, leftMs, mark: Number(mark), endsMs: clock() + leftMs });
    },
    async end(generation, tags) {
      if (!isThere(generation)) return false;
      ends += 1;
      for (const tag of tags) endedAt.set(`${generation} ${tag}`, ends);
      return true;
    },
  };
}
