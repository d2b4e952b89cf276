import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { createCoalescer } from "./coalescer.ts";
import { readSettings } from "./settings.ts";
import { keepLoadCounts } from "./statistics.ts";

/** The signal topic of changed settings. */
export const BATCHING_TOPIC = "batching";

/** Counts are kept this often; a signal may be lost, so settings are looked at as often. */
const KEEP_MS = 10_000;

export interface BatchingOptions {
  readonly database: Database;
  readonly signals: Signals;
  readonly log: Logger;
}

/** The coalescer of a process whose requests share their loads, under the settings that hold for all processes. */
export class Batching {
  readonly coalescer = createCoalescer();
  readonly #options: BatchingOptions;
  readonly #unsubscribe: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #working: Promise<void> = Promise.resolve();

  constructor(options: BatchingOptions) {
    this.#options = options;
    this.#unsubscribe = options.signals.subscribe(BATCHING_TOPIC, () => this.#queue(() => this.#look()));
    this.#timer = setInterval(() => {
      this.#queue(() => this.#keep());
      this.#queue(() => this.#look());
    }, KEEP_MS);
    this.#queue(() => this.#look());
  }

  /** Resolves when what was signalled until now is in force here. */
  async settled(): Promise<void> {
    await this.#working;
  }

  /** Adds what this process counted to the table; what cannot be written now stays for the next time. */
  async keepCounts(): Promise<void> {
    this.#queue(() => this.#keep());
    await this.#working;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#timer);
    await this.keepCounts();
  }

  async #keep(): Promise<void> {
    const counts = this.coalescer.takeCounts();
    try {
      await keepLoadCounts(this.#options.database, counts);
    } catch (error) {
      this.coalescer.putBack(counts);
      this.#options.log.warn("the counts of loads could not be kept", { error: String(error) });
    }
  }

  /** One after the other: what is read later is newer, and who asks for the counts misses none that is on its way. */
  #queue(work: () => Promise<void>): void {
    this.#working = this.#working.then(work);
  }

  /** Never rejects: without the database the settings at hand stay in force. */
  async #look(): Promise<void> {
    try {
      this.coalescer.change(await readSettings(this.#options.database));
    } catch (error) {
      this.#options.log.warn("the settings of batching could not be read", { error: String(error) });
    }
  }
}
