import { type Pace, paceAfter, paceAllows, paceFreeInMs } from "./gcra.ts";
import { burstOf, type Meter, type Quota, unitMs } from "./quota.ts";

const FIRST_ENTRIES = 8;

/**
 * An exact sliding window: in no span of `windowMs` are more than `limit` units taken. What is taken within one
 * millisecond shares an entry, so it keeps as many entries as there were milliseconds with a request, at most. A burst below
 * the limit is paced by GCRA besides.
 */
export class SlidingWindow implements Meter {
  readonly #quota: Quota;
  readonly #pace: Pace | undefined;
  /** Pairs of an instant and the units taken at it, in a ring. */
  #ring = new Float64Array(2 * FIRST_ENTRIES);
  #first = 0;
  #entries = 0;
  #used = 0;
  #arrivalMs = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
    const burst = burstOf(quota);
    this.#pace = burst === undefined ? undefined : { burst, unitMs: unitMs(quota) };
  }

  take(cost: number, nowMs: number): boolean {
    if (this.remaining(nowMs) < cost) return false;
    this.#push(nowMs, cost);
    if (this.#pace) this.#arrivalMs = paceAfter(this.#arrivalMs, nowMs, cost, this.#pace);
    return true;
  }

  giveBack(cost: number, nowMs: number): void {
    if (this.#entries === 0) return;
    const last = this.#place(this.#entries - 1);
    const units = Math.min(cost, this.#ring[last + 1] ?? 0);
    this.#ring[last + 1] = (this.#ring[last + 1] ?? 0) - units;
    this.#used -= units;
    if (this.#pace) this.#arrivalMs = paceAfter(this.#arrivalMs, nowMs, -units, this.#pace);
  }

  remaining(nowMs: number): number {
    this.#forget(nowMs);
    const left = this.#quota.limit - this.#used;
    return this.#pace ? Math.min(left, paceAllows(this.#arrivalMs, nowMs, this.#pace)) : left;
  }

  freeInMs(cost: number, nowMs: number): number {
    this.#forget(nowMs);
    const { limit, windowMs } = this.#quota;
    if (cost > limit) return windowMs;
    const pacedMs = this.#pace ? paceFreeInMs(this.#arrivalMs, nowMs, cost, this.#pace) : 0;
    let lacking = this.#used + cost - limit;
    for (let i = 0; i < this.#entries && lacking > 0; i++) {
      const place = this.#place(i);
      lacking -= this.#ring[place + 1] ?? 0;
      if (lacking <= 0) return Math.max(pacedMs, (this.#ring[place] ?? 0) + windowMs - nowMs);
    }
    return pacedMs;
  }

  isIdle(nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#entries === 0;
  }

  #forget(nowMs: number): void {
    const endMs = nowMs - this.#quota.windowMs;
    while (this.#entries > 0) {
      const place = 2 * this.#first;
      if ((this.#ring[place] ?? 0) > endMs) return;
      this.#used -= this.#ring[place + 1] ?? 0;
      this.#first = (this.#first + 1) & (this.#ring.length / 2 - 1);
      this.#entries -= 1;
    }
  }

  #push(nowMs: number, units: number): void {
    this.#used += units;
    if (this.#entries > 0) {
      const last = this.#place(this.#entries - 1);
      // A clock that was set back must not free units early.
      if ((this.#ring[last] ?? 0) >= nowMs) {
        this.#ring[last + 1] = (this.#ring[last + 1] ?? 0) + units;
        return;
      }
    }
    if (2 * this.#entries === this.#ring.length) this.#grow();
    const place = this.#place(this.#entries);
    this.#ring[place] = nowMs;
    this.#ring[place + 1] = units;
    this.#entries += 1;
  }

  /** Where the i-th entry stands; the ring's size is a power of two. */
  #place(i: number): number {
    return 2 * ((this.#first + i) & (this.#ring.length / 2 - 1));
  }

  #grow(): void {
    const next = new Float64Array(2 * this.#ring.length);
    const place = 2 * this.#first;
    next.set(this.#ring.subarray(place));
    next.set(this.#ring.subarray(0, place), this.#ring.length - place);
    this.#ring = next;
    this.#first = 0;
  }
}
