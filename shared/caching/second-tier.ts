import { wideTag } from "#shared/database/tags.ts";
import type { CacheStore, StoreEntry, StoreLook } from "./cache-store.ts";
import { readAskedTag } from "./forget-answers.ts";

/** The store, as one process may use it. */
export interface SecondTier {
  /** Undefined, now or later: it is not to be asked, or cannot be. Never rejects. */
  look(key: string): Promise<Found | undefined> | undefined;
  /** Keeps what was loaded after it was not found. */
  keep(found: Found, key: string, entry: StoreEntry): Promise<void>;
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
    async keep({ generation, mark }, key, entry) {
      if (generations.readable() === generation) await store.keep(generation, key, { ...entry, mark });
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
