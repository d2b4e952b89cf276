import type { Clock } from "#shared/kernel/clock.ts";
import { readAskedTag } from "./forget-answers.ts";
import type { Peers } from "./peers.ts";
import { Reads } from "./reads.ts";
import { createResponseCache, type ResponseCache } from "./response-cache.ts";
import { createTagEpochs, type TagEpochs } from "./tag-epochs.ts";
import { createValueCache, type ValueCache } from "./value-cache.ts";

/** What a process keeps of what it has read. Its loss costs speed only. */
export interface Caches {
  readonly epochs: TagEpochs;
  readonly responses: ResponseCache;
  readonly values: ValueCache;
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
}

export function createCaches({ clock, peers }: CachesOptions): Caches {
  const epochs = createTagEpochs();
  const others = typeof peers === "string" ? undefined : peers;
  const move = (tags: readonly string[]): void => {
    epochs.move(tags.filter((tag) => readAskedTag(tag) === undefined));
    for (const tag of tags) {
      const asked = readAskedTag(tag);
      if (asked) responses.forget(asked.tenantId, asked.path, asked.isPrefix);
    }
  };
  const stop = others?.listen({ move, moveAll: () => epochs.moveAll() });
  const isHearing = others ? () => others.isHearing() : () => peers === "alone";
  const responses = createResponseCache({ clock, epochs, isHearing });
  return {
    epochs,
    responses,
    values: createValueCache(),
    clock,
    beginReads: () => new Reads(epochs),
    touched(tags) {
      move(tags);
      return others?.tell(tags);
    },
    close: () => stop?.(),
  };
}
