import type { Clock } from "#shared/kernel/clock.ts";
import type { CacheStore } from "./cache-store.ts";
import { readAskedTag } from "./forget-answers.ts";
import type { IsolateTier } from "./isolate-tier.ts";
import type { Peers } from "./peers.ts";
import { Reads } from "./reads.ts";
import { createResponseCache, type ResponseCache } from "./response-cache.ts";
import { createSecondTier, type SecondTier } from "./second-tier.ts";
import { createTagEpochs, type TagEpochs } from "./tag-epochs.ts";
import { createValueCache, type ValueCache } from "./value-cache.ts";

/** What a process keeps of what it has read. Its loss costs speed only. */
export interface Caches {
  readonly epochs: TagEpochs;
  readonly responses: ResponseCache;
  readonly values: ValueCache;
  /** What processes keep together; undefined: nothing. */
  readonly tier: SecondTier | undefined;
  readonly clock: Clock;
  /** Begins to note what is read. */
  beginReads(): Reads;
  /**
   * Told after a commit what is not as it was. Resolves when no process answers with what was before; what this one
   * keeps is gone at once.
   */
  touched(tags: readonly string[]): Promise<void> | undefined;
  close(): void;
}

export interface CachesOptions {
  readonly clock: Clock;
  /**
   * `alone`: no other process writes, as in a test. `none`: nothing is kept in the process, since it hears of no change
   * (an isolate).
   */
  readonly peers: Peers | "alone" | "none";
  /** What the processes keep together: the peers agree on its generation. */
  readonly store?: CacheStore | undefined;
  /** What isolates keep together. */
  readonly isolateTier?: IsolateTier | undefined;
}

export function createCaches({ clock, peers, store, isolateTier }: CachesOptions): Caches {
  const epochs = createTagEpochs();
  const others = typeof peers === "string" ? undefined : peers;
  const tier = store && others && createSecondTier(store, others);
  const move = (tags: readonly string[]): void => {
    epochs.move(tags.filter((tag) => readAskedTag(tag) === undefined));
    for (const tag of tags) {
      const asked = readAskedTag(tag);
      if (asked) responses.forget(asked.tenantId, asked.path, asked.isPrefix);
    }
  };
  /** What was changed past all processes. Each of them ends it in the store. */
  const changed = async (tags: readonly string[]): Promise<void> => {
    move(tags);
    const generation = others?.endable();
    if (!tier || generation === undefined) return;
    const endedIn = await tier.end(tags);
    move(tags); // what was taken from the store meanwhile
    if (endedIn === undefined) others?.leave(generation);
  };
  /** First the store, so that nobody who has been told takes what was before from there. */
  const endAndTell = async (tags: readonly string[]): Promise<void> => {
    const endedIn = await tier?.end(tags);
    move(tags); // what was taken from the store meanwhile
    await others?.tell(tags, endedIn);
  };
  const stop = others?.listen({ move, changed, moveAll: () => epochs.moveAll() });
  const isHearing = others ? () => others.isHearing() : () => peers === "alone";
  const responses = createResponseCache({ clock, epochs, isHearing });
  return {
    epochs,
    responses,
    values: createValueCache(),
    tier: tier ?? isolateTier,
    clock,
    beginReads: () => new Reads(epochs),
    touched(tags) {
      move(tags);
      if (isolateTier) return isolateTier.touched(tags);
      return tier && others?.endable() !== undefined ? endAndTell(tags) : others?.tell(tags);
    },
    close: () => stop?.(),
  };
}
