import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Counters, memoryCounters } from "#shared/kernel/counters.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { AbuseDetector } from "./abuse-detector.ts";
import { Limiter } from "./limiter.ts";
import { OverrideBook } from "./override.ts";
import { LIMITS_TOPIC, listOverrides, toOverride } from "./overrides.ts";
import type { QuotaStore } from "./quota-store.ts";
import { keepStatistics } from "./statistics.ts";

/** A signal may be lost, so overrides are also read this often while there are requests. */
const LOOK_MS = 1_000;
/** Overrides older than this are read before anything is decided. */
const STALE_MS = 5_000;
const KEEP_STATISTICS_MS = 10_000;

export interface LimitsOptions {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store?: QuotaStore | undefined;
  readonly counters?: Counters | undefined;
  readonly canShare: boolean;
}

/** The limits of one process, kept up to date with what others set. */
export class Limits {
  readonly limiter: Limiter;
  readonly abuse: AbuseDetector;
  readonly #options: LimitsOptions;
  readonly #unsubscribe: () => void;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #keptAtMs: number;
  #looking: Promise<void> | undefined;
  #isSignalled = false;
  #fingerprint = "";

  constructor(options: LimitsOptions) {
    const { clock, log, store, canShare, signals, counters } = options;
    this.#options = options;
    this.limiter = new Limiter({ clock, log, store, canShare, holder: uuidv7() });
    this.abuse = new AbuseDetector(counters ?? memoryCounters(clock));
    this.#keptAtMs = clock();
    this.#unsubscribe = signals.subscribe(LIMITS_TOPIC, () => {
      this.#isSignalled = true;
      this.#looking ??= this.#startLook();
    });
  }

  /**
   * Called at each request. A promise: the overrides at hand are too old to decide by, and it resolves when they are not.
   * @param inBackground keeps what the request need not wait for
   */
  refresh(nowMs: number, inBackground: (work: Promise<unknown>) => void): Promise<void> | undefined {
    const ageMs = nowMs - this.#lookedAtMs;
    if (ageMs < LOOK_MS) return undefined;
    if (nowMs - this.#keptAtMs >= KEEP_STATISTICS_MS) inBackground(this.keepStatistics());
    if (!this.#options.canShare) return this.#look(); // an isolate hears no signal, and shares no call
    if (!this.#looking) {
      this.#looking = this.#startLook();
      inBackground(this.#looking);
    }
    return ageMs < STALE_MS ? undefined : this.#looking;
  }

  /** Tells every process that the overrides changed; resolves when they are in force in this one. */
  async changed(): Promise<void> {
    const { signals, canShare } = this.#options;
    signals.publish(LIMITS_TOPIC);
    await (canShare ? this.#looking : this.#look());
  }

  /** Adds this process's counts to the table. */
  async keepStatistics(): Promise<void> {
    this.#keptAtMs = this.#options.clock();
    try {
      await keepStatistics(this.#options.database, this.limiter.counts);
    } catch (error) {
      this.#options.log.warn("the limits' statistics could not be kept", { error: String(error) });
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#looking;
    await this.limiter.close();
    await this.keepStatistics();
  }

  /** Looks again when it was signalled meanwhile, since what was being read may have been older. */
  async #startLook(): Promise<void> {
    do {
      this.#isSignalled = false;
      await this.#look();
    } while (this.#isSignalled);
    this.#looking = undefined;
  }

  /** Never rejects: without the database the overrides at hand stay in force. */
  async #look(): Promise<void> {
    const { database, clock, log } = this.#options;
    const startedAtMs = clock();
    try {
      const rows = await listOverrides(database);
      const fingerprint = JSON.stringify(rows);
      if (fingerprint !== this.#fingerprint) this.limiter.setOverrides(new OverrideBook(rows.map(toOverride)));
      this.#fingerprint = fingerprint;
    } catch (error) {
      log.warn("the limits' overrides could not be read", { error: String(error) });
    }
    this.#lookedAtMs = Math.max(this.#lookedAtMs, startedAtMs);
  }
}
