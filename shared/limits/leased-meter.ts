import type { Clock } from "#shared/kernel/clock.ts";
import { burstOf, type Meter, type Quota, type WhenAway } from "./quota.ts";
import { type QuotaGrant, type QuotaStore, SLICES, sliceMsOf } from "./quota-store.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** A lease is meant to last this part of the window, and is held for twice as long at most. */
const LEASES_PER_WINDOW = 8;
const LONGEST_LEASE_MS = 20_000;
/** After a refusal the store is left alone for this part of the window, or until it said that units become free. */
const REFUSALS_PER_WINDOW = 100;
const LONGEST_REFUSAL_MS = 500;
/** Below this part of a lease the next one is fetched beside the requests, if it is of a few units at least. */
const LOW = 0.25;
const FEW = 4;
/** How much the latest rate of use counts in the mean. */
const LATEST = 0.5;
/** A request waits for this many exchanges at most: others may take what came before it. */
const MOST_TRIES = 4;

export interface Leasing {
  readonly store: QuotaStore;
  /** This process, among those of one store. */
  readonly holder: string;
  readonly clock: Clock;
  /** Requests may wait for what another one asked (not on Workers). */
  readonly canShare: boolean;
  /** Told of a meter that has something to report within its lease: {@link LeasedMeter.report} is to be called then. */
  readonly onLease: (meter: LeasedMeter) => void;
  /** Keeps what no request waits for. */
  readonly inBackground: (work: Promise<unknown>) => void;
}

/**
 * A quota that processes share. Units are leased ahead, so that most decisions are made here and at once; a lease
 * follows the demand of the last moments. Never more than the quota in all: what is used and what is leased is taken.
 */
export class LeasedMeter implements Meter {
  readonly #key: string;
  readonly #quota: Quota;
  readonly #leasing: Leasing;
  readonly #leaseMs: number;
  readonly #sliceMs: number;

  #units = 0;
  /** Of these units the store counts as used already: they were asked for by requests that waited. */
  #chargedUnits = 0;
  #endsAtMs = 0;
  #fetchedUnits = 0;
  /** Uses that the store has not heard of: pairs of an instant and units, one per slice. */
  #used: [atMs: number, units: number][] = [];
  #demandedUnits = 0;
  #unitsPerMs = 0;
  #exchangedAtMs = 0;
  #usedAtMs = 0;

  #freeElsewhere: number;
  #refusedUntilMs = 0;
  #freeAtMs = 0;
  #holders = 1;

  #asking: Promise<boolean> | undefined;
  #waitingUnits = 0;
  /** Counts while the store is away. */
  #alone: SlidingWindow | undefined;
  #awayUntilMs = 0;

  constructor(key: string, quota: Quota, leasing: Leasing) {
    this.#key = key;
    this.#quota = quota;
    this.#leasing = leasing;
    this.#leaseMs = Math.min(LONGEST_LEASE_MS, quota.windowMs / LEASES_PER_WINDOW);
    this.#sliceMs = sliceMsOf(quota.windowMs);
    this.#freeElsewhere = quota.limit;
  }

  take(cost: number, nowMs: number, whenAway: WhenAway): boolean | Promise<boolean> {
    if (this.#takeLeased(cost, nowMs)) {
      if (this.#isLow() && !this.#asking && this.#leasing.canShare) this.#leasing.inBackground(this.#ask(0, nowMs));
      return true;
    }
    if (nowMs < this.#refusedUntilMs || cost > this.#quota.limit) return false;
    if (nowMs < this.#awayUntilMs) return this.#takeAlone(cost, nowMs, whenAway);
    return this.#takeAsked(cost, whenAway);
  }

  giveBack(cost: number, nowMs: number): void {
    if (this.#alone && nowMs < this.#awayUntilMs) {
      this.#alone.giveBack(cost, nowMs);
      return;
    }
    this.#units += cost;
    const last = this.#used.at(-1);
    if (last && last[1] >= cost) last[1] -= cost;
    else this.#chargedUnits += cost;
    this.#demandedUnits -= cost;
  }

  remaining(nowMs: number): number {
    if (this.#alone && nowMs < this.#awayUntilMs) return this.#alone.remaining(nowMs);
    return Math.max(0, this.#units + this.#freeElsewhere);
  }

  freeInMs(cost: number, nowMs: number): number {
    if (this.#alone && nowMs < this.#awayUntilMs) return this.#alone.freeInMs(cost, nowMs);
    if (cost > this.#quota.limit) return this.#quota.windowMs;
    return this.remaining(nowMs) >= cost ? 0 : Math.max(0, this.#freeAtMs - nowMs);
  }

  isIdle(nowMs: number): boolean {
    return this.#used.length === 0 && this.#units === 0 && nowMs - this.#usedAtMs > this.#quota.windowMs;
  }

  /** The store cannot be asked now. */
  isAway(nowMs: number): boolean {
    return nowMs < this.#awayUntilMs;
  }

  /** When {@link report} is due, so that the store hears of what was used before the lease ends; undefined: never. */
  reportDueAtMs(): number | undefined {
    return this.#units > 0 || this.#used.length > 0 ? this.#exchangedAtMs + this.#leaseMs : undefined;
  }

  /** Tells what was used; returns what nobody asked for. */
  report(nowMs: number): Promise<boolean> {
    return this.#asking ?? this.#ask(0, nowMs);
  }

  /** Reports for the last time, and returns all. */
  async end(nowMs: number): Promise<void> {
    await this.#asking;
    this.#endsAtMs = 0;
    this.#demandedUnits = 0;
    await this.#ask(0, nowMs);
  }

  #isLow(): boolean {
    return this.#fetchedUnits >= FEW && this.#units < this.#fetchedUnits * LOW;
  }

  #takeLeased(cost: number, nowMs: number): boolean {
    if (this.#units < cost || nowMs >= this.#endsAtMs) return false;
    this.#units -= cost;
    this.#demandedUnits += cost;
    this.#usedAtMs = nowMs;
    const charged = Math.min(cost, this.#chargedUnits);
    this.#chargedUnits -= charged;
    if (charged < cost) this.#noteUse(cost - charged, nowMs);
    return true;
  }

  #noteUse(cost: number, nowMs: number): void {
    const last = this.#used.at(-1);
    if (last && Math.floor(last[0] / this.#sliceMs) === Math.floor(nowMs / this.#sliceMs)) {
      last[0] = nowMs;
      last[1] += cost;
    } else this.#used.push([nowMs, cost]);
  }

  async #takeAsked(cost: number, whenAway: WhenAway): Promise<boolean> {
    const { clock, canShare } = this.#leasing;
    this.#waitingUnits += cost;
    try {
      for (let i = 0; i < MOST_TRIES; i++) {
        const isThere = await (canShare && this.#asking ? this.#asking : this.#ask(cost, clock()));
        const nowMs = clock();
        if (!isThere) return this.#takeAlone(cost, nowMs, whenAway);
        if (this.#takeLeased(cost, nowMs)) return true;
        if (nowMs < this.#refusedUntilMs) return false;
      }
      return false;
    } finally {
      this.#waitingUnits -= cost;
    }
  }

  /** Exchanges with the store; false when it is away. */
  #ask(need: number, nowMs: number): Promise<boolean> {
    const asking = this.#exchange(need, nowMs).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
    return asking;
  }

  async #exchange(need: number, nowMs: number): Promise<boolean> {
    const { limit, windowMs } = this.#quota;
    const used = this.#used;
    const elapsedMs = Math.max(1, nowMs - this.#exchangedAtMs);
    const rate = this.#demandedUnits / elapsedMs;
    this.#unitsPerMs = Math.min(limit, LATEST * rate + (1 - LATEST) * this.#unitsPerMs);
    this.#used = [];
    const isQuiet = need === 0 && this.#demandedUnits === 0;
    this.#demandedUnits = 0;
    const isExpired = nowMs >= this.#endsAtMs;
    const wanted = Math.ceil(this.#unitsPerMs * this.#leaseMs);
    // Of what is left over, as much is kept as a lease's demand is, if there was any and it is not too late to use it.
    const kept = isExpired || isQuiet ? 0 : wanted;
    const returned = Math.max(0, this.#units - kept);
    this.#units -= returned;
    this.#chargedUnits = Math.min(this.#chargedUnits, this.#units);
    const demand = Math.max(need, need === 0 ? 0 : this.#waitingUnits);
    const holdMs = 2 * this.#leaseMs;
    const grant = await this.#leasing.store.exchange({
      key: this.#key,
      limit,
      windowMs,
      burst: burstOf(this.#quota) ?? 0,
      holder: this.#leasing.holder,
      used: used.map(([atMs, units]) => [Math.max(0, nowMs - atMs), units] as const),
      returned,
      need,
      demand,
      hope: isQuiet ? 0 : Math.max(0, wanted - this.#units),
      holdMs,
    });
    this.#exchangedAtMs = nowMs;
    if (!grant) {
      this.#noteAway(used, nowMs);
      return false;
    }
    this.#chargedUnits += Math.min(grant.granted, demand);
    this.#noteGrant(grant, need, nowMs, nowMs + holdMs);
    return true;
  }

  #noteGrant({ granted, free, freeInMs, holders }: QuotaGrant, need: number, nowMs: number, endsAtMs: number): void {
    this.#awayUntilMs = 0;
    this.#alone = undefined;
    this.#units += granted;
    this.#fetchedUnits = this.#units;
    this.#endsAtMs = endsAtMs;
    this.#freeElsewhere = free;
    this.#holders = holders;
    this.#freeAtMs = nowMs + freeInMs;
    if (need > 0 && granted === 0) {
      const pauseMs = Math.min(LONGEST_REFUSAL_MS, this.#quota.windowMs / REFUSALS_PER_WINDOW);
      this.#refusedUntilMs = nowMs + Math.min(Math.max(1, freeInMs), pauseMs);
    }
    if (this.#units > 0) this.#leasing.onLease(this);
  }

  #noteAway(used: [number, number][], nowMs: number): void {
    this.#used = [...used, ...this.#used].slice(-SLICES);
    this.#awayUntilMs = nowMs + AWAY_MS;
  }

  #takeAlone(cost: number, nowMs: number, whenAway: WhenAway): boolean {
    if (whenAway !== "local") return whenAway === "open";
    this.#alone ??= new SlidingWindow(partOf(this.#quota, this.#holders));
    return this.#alone.take(cost, nowMs);
  }
}

/** How long a process counts for itself before it asks again. */
const AWAY_MS = 1_000;

/** What each of `holders` processes may use when none hears of the others. */
const partOf = ({ limit, windowMs, burst }: Quota, holders: number): Quota => ({
  limit: Math.max(1, Math.floor(limit / holders)),
  windowMs,
  burst: burst === undefined ? undefined : Math.max(1, Math.floor(burst / holders)),
});
