import type { Clock } from "./clock.ts";

/** A value that a process keeps and reads again from its source before it is too old. */
export interface Kept<T, Source> {
  /** The value, not older than `maxAgeMs` and not from before the last `expire`. Throws what `load` throws. */
  get(source: Source): Promise<T>;
  /** The same when it is at hand; undefined when somebody has to wait for it. */
  atOnce(source: () => Source): T | undefined;
  /** What is at hand, whatever its age. */
  peek(): T | undefined;
  /** Told that the source has changed: the next `get` waits for a reading that began after now. */
  expire(): void;
}

export interface KeptOptions<T, Source> {
  /** @param before what was at hand */
  readonly load: (source: Source, before: T | undefined) => Promise<T>;
  readonly maxAgeMs: number;
  readonly clock: Clock;
  /** One request may wait for what another began. On Workers it may not: there each reads for itself. */
  readonly sharesWork: boolean;
}

interface Reading<T> {
  readonly startedAtMs: number;
  readonly version: number;
  readonly value: Promise<T>;
}

/**
 * The age of a value counts from the start of its reading. Where work is shared, one reading runs at a time, and from
 * half the age on it runs ahead while the value at hand is still given out, so that under load nobody waits.
 */
export function keep<T, Source>({ load, maxAgeMs, clock, sharesWork }: KeptOptions<T, Source>): Kept<T, Source> {
  let version = 0;
  let held: { value: T; startedAtMs: number; version: number } | undefined;
  let underWay: Reading<T> | undefined;

  async function read(source: Source, startedAtMs: number, readVersion: number): Promise<T> {
    const value = await load(source, held?.value);
    if (!held || held.startedAtMs <= startedAtMs) held = { value, startedAtMs, version: readVersion };
    return value;
  }

  function begin(source: Source, nowMs: number): Reading<T> {
    const reading = { startedAtMs: nowMs, version, value: read(source, nowMs, version) };
    if (sharesWork) {
      underWay = reading;
      const end = () => {
        if (underWay === reading) underWay = undefined;
      };
      reading.value.then(end, end);
    }
    return reading;
  }

  function atOnce(source: () => Source): T | undefined {
    const nowMs = clock();
    if (!held || held.version !== version) return undefined;
    const ageMs = nowMs - held.startedAtMs;
    if (ageMs >= maxAgeMs) return undefined;
    // A failure ahead of time is met again, and told, when the value is too old.
    if (sharesWork && ageMs >= maxAgeMs / 2 && !underWay) begin(source(), nowMs);
    return held.value;
  }

  return {
    atOnce,
    async get(source) {
      const value = atOnce(() => source);
      if (value !== undefined) return value;
      const nowMs = clock();
      const isRecent = underWay && underWay.version === version && nowMs - underWay.startedAtMs < maxAgeMs;
      return await (underWay && isRecent ? underWay : begin(source, nowMs)).value;
    },
    peek: () => held?.value,
    expire() {
      version += 1;
    },
  };
}
