import type { Database } from "#shared/database/database.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import type { Caches } from "./caches.ts";
import { keepCacheCounts } from "./statistics.ts";

const KEEP_MS = 10_000;
/** Of each process and time; what is less hot waits until it is among them. */
const MOST_HOT_KEYS = 25;

export interface CacheCountsOptions {
  readonly database: Database;
  readonly caches: Pick<Caches, "responses">;
  readonly log: Logger;
}

/** Writes down what a process's cache of answers counts, to be added up with what the others do. */
export class CacheCounts {
  readonly #options: CacheCountsOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #working: Promise<void> = Promise.resolve();

  constructor(options: CacheCountsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#queue(), KEEP_MS);
  }

  /** Adds what was counted until now; what cannot be written stays for the next time. Never rejects. */
  async keep(): Promise<void> {
    this.#queue();
    await this.#working;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.keep();
  }

  /** One after the other: who asks for the counts misses none that is on its way. */
  #queue(): void {
    this.#working = this.#working.then(() => this.#keep());
  }

  async #keep(): Promise<void> {
    const { database, log } = this.#options;
    const { counts, hotKeys } = this.#options.caches.responses;
    const taken = counts.take();
    const hottest = hotKeys.take(MOST_HOT_KEYS);
    try {
      await keepCacheCounts(database, taken, hottest);
    } catch (error) {
      counts.putBack(taken);
      hotKeys.putBack(hottest);
      log.warn("the counts of the cache could not be kept", { error: String(error) });
    }
  }
}
