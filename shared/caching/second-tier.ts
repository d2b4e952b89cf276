import { wideTag } from "#shared/database/tags.ts";
import type { CacheStore, StoreEntry, StoreLook } from "./cache-store.ts";
import { readAskedTag } from "./forget-answers.ts";
import type { Reads } from "./reads.ts";

/** The store, as one process may use it. */
export interface SecondTier {
  /** Undefined, now or later: it is not to be asked, or cannot be. Never rejects. */
  look(key: string): Promise<Found | undefined> | undefined;
  /** Keeps what was read after it was not found, unless nobody knows whether that still holds. */
  keep(reads: Reads, key: string, entry: StoreEntry): Promise<void>;
}

export interface Found extends StoreLook {
  readonly generation: string;
}

/** Which generation may be read and which is to be ended; undefined: none. */
export interface Generations {
  readable(): string | undefined;
  endable(): string | undefined;
}

export interface EndingTier extends SecondTier {
  /**
   * Ends tags in the generation in use, together with what others want ended meanwhile.
   * @returns the generation; undefined: they may not have been ended
   */
  end(tags: readonly string[]): Promise<string | undefined>;
}

export function createSecondTier(store: CacheStore, generations: Generations): EndingTier {
  let next: { tags: Set<string>; ended: Promise<string | undefined> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function endAll(tags: ReadonlySet<string>): Promise<string | undefined> {
    await last;
    next = undefined;
    const generation = generations.endable();
    if (generation === undefined) return undefined;
    return (await store.end(generation, [...tags])) ? generation : undefined;
  }

  return {
    look(key) {
      const generation = generations.readable();
      if (generation === undefined) return undefined;
      return store.look(generation, key).then((look) => look && { ...look, generation });
    },
    async keep(reads, key, entry) {
      if (generations.readable() === reads.asked?.generation) await keepIn(store, reads, key, entry);
    },
    end(tags) {
      if (!next) {
        const wanted = new Set<string>();
        const ended = endAll(wanted);
        next = { tags: wanted, ended };
        last = ended;
      }
      for (const tag of tags) next.tags.add(endedTag(tag));
      return next.ended;
    },
  };
}

export async function keepIn(store: CacheStore, reads: Reads, key: string, entry: StoreEntry): Promise<void> {
  const { asked, since } = reads;
  if (!asked || reads.isUntold || reads.isUndated || !reads.isFresh) return;
  await store.keep(asked.generation, key, { ...entry, mark: asked.mark, since: withWide(since) });
}

/** A wide tag is as old as the oldest of its tags. */
function withWide(since: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const all = new Map(since);
  for (const [tag, mark] of since) {
    const wide = wideTag(tag);
    if (mark < (all.get(wide) ?? `${mark}~`)) all.set(wide, mark);
  }
  return all;
}

/** The tag of the store that ends with this one. What begins with a prefix is not looked for: all that the tenant asked ends. */
export function endedTag(tag: string): string {
  const asked = readAskedTag(tag);
  return asked?.isPrefix ? `asked:${asked.tenantId}` : tag;
}

/** What an entry rests on in the store: its tags, those of their tables, and what was asked. @param asked whose and which */
export function entryTags(tags: readonly string[], asked?: { tenantId: string; path: string }): string[] {
  const named = asked ? [`asked:${asked.tenantId}`, `key:${asked.tenantId}:${asked.path}`] : [];
  return [...new Set([...tags, ...tags.map(wideTag), ...named])];
}
