import type { Clock } from "#shared/kernel/clock.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { createLeaseReports } from "./lease-reports.ts";
import { LeasedMeter, type Leasing } from "./leased-meter.ts";
import { OverrideBook } from "./override.ts";
import { defaultPolicy, type Policy, type RouteRule } from "./policies.ts";
import type { Meter, Quota } from "./quota.ts";
import type { QuotaStore } from "./quota-store.ts";
import { RouteCounts } from "./route-counts.ts";
import { SlidingWindow } from "./sliding-window.ts";
import { addressSubject, type Subject } from "./subject.ts";
import type { SubjectKind } from "./subject-kinds.ts";
import { isAway, policiesOf, resolveMeter, type SubjectMeter } from "./subject-meter.ts";

/** Meters kept of one kind. Of more the idle ones go, then the oldest, a tenth at least, so that this is seldom. */
const MOST_METERS = 50_000;
const KEPT_METERS = 0.9 * MOST_METERS;

/** Why a request is refused. */
export interface Refusal {
  readonly why: "exceeded" | "blocked" | "away";
  readonly by: SubjectMeter;
  /** Until it may be tried again. */
  readonly retryInMs: number;
}

export interface LimiterOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where processes count together; undefined: this one counts alone. */
  readonly store?: QuotaStore | undefined;
  /** This process's name among those of the store. */
  readonly holder: string;
  /** Requests may wait for each other's calls, and timers run between them (not on Workers). */
  readonly canShare: boolean;
}

/** Decides who may go on. One per process: meters, overrides and counts live here. */
export class Limiter {
  readonly counts = new RouteCounts();
  readonly #options: LimiterOptions;
  readonly #reports;
  readonly #leasing: Leasing | undefined;
  readonly #meters = new Map<SubjectKind, Map<string, SubjectMeter>>();
  readonly #addresses = new Map<string, SubjectMeter>();
  /** Of each caller what was found for its last operation. */
  readonly #found = new WeakMap<object, Found>();
  /** Another one after anything by which meters are found. */
  #generation = 0;
  #book = new OverrideBook();

  constructor(options: LimiterOptions) {
    const { store, holder, clock, canShare } = options;
    this.#options = options;
    this.#reports = createLeaseReports(clock, canShare);
    const { add, inBackground } = this.#reports;
    // Where no timer runs, a lease is reported at the next request, and else runs out.
    const onLease = canShare ? add : () => undefined;
    this.#leasing = store && { store, holder, clock, canShare, onLease, inBackground };
  }

  /** Puts other overrides in force, at once. */
  setOverrides(book: OverrideBook): void {
    this.#book = book;
    this.#generation += 1;
  }

  /** The meter of what a host states as the client's address. */
  addressMeter(text: string, nowMs: number): SubjectMeter | undefined {
    const known = this.#addresses.get(text);
    if (known && this.#isValid(known, nowMs)) return known;
    const { id, isOwn } = addressSubject(text);
    const meter = this.#meterOf({ kind: "address", id }, defaultPolicy("address", isOwn), nowMs);
    if (this.#addresses.size >= MOST_METERS) this.#addresses.clear();
    if (meter) this.#addresses.set(text, meter);
    return meter;
  }

  /** The meter of a caller; undefined: nothing counts it. */
  subjectMeter(kind: SubjectKind, id: string, nowMs: number): SubjectMeter | undefined {
    return this.#meterOf({ kind, id }, defaultPolicy(kind, false), nowMs);
  }

  /** The meter of an operation, where it declares a quota or an override sets one. */
  routeMeter({ operationId, quota }: RouteRule, nowMs: number): SubjectMeter | undefined {
    const policy: Policy | undefined = quota && { quota, mode: "enforce", about: "" };
    return this.#meterOf({ kind: "route", id: operationId }, policy, nowMs);
  }

  /**
   * What `find` finds for a caller and an operation, found again only when limits have changed.
   * @param caller by its identity: the same object for the same caller, or it is found anew
   */
  metersOf(caller: object, rule: RouteRule, nowMs: number, find: () => SubjectMeter[]): CallerMeters {
    const known = this.#found.get(caller);
    if (known?.rule === rule && known.generation === this.#generation && nowMs < known.validUntilMs) return known;
    const meters = find();
    const validUntilMs = Math.min(...meters.map((meter) => meter.validUntilMs));
    const found = { rule, generation: this.#generation, validUntilMs, meters, policies: policiesOf(meters) };
    this.#found.set(caller, found);
    return found;
  }

  /**
   * Takes the route's cost of every meter, or of none. Undefined: it is admitted. At once while this process counts
   * alone or has leased enough.
   */
  admit(
    meters: readonly SubjectMeter[],
    rule: RouteRule,
    nowMs: number,
  ): Refusal | undefined | Promise<Refusal | undefined> {
    let isShadowed = false;
    for (let i = 0; i < meters.length; i++) {
      const by = meters[i] as SubjectMeter; // safe: i is below the length
      if (by.blockedUntilMs > nowMs) return this.#refuse(meters, i, rule, nowMs);
      const taken = by.meter.take(rule.cost, nowMs, rule.whenAway);
      if (typeof taken !== "boolean") return this.#admitLater(meters, i, taken, rule, isShadowed);
      if (taken) continue;
      if (by.mode === "enforce") return this.#refuse(meters, i, rule, nowMs);
      isShadowed = true;
      this.#tellShadow(by, nowMs);
    }
    this.counts.count(rule.operationId, isShadowed ? "shadowed" : "admitted");
    return undefined;
  }

  /** Returns leases and waits for what is under way. */
  close(): Promise<void> {
    return this.#reports.close();
  }

  async #admitLater(
    meters: readonly SubjectMeter[],
    at: number,
    asked: Promise<boolean>,
    rule: RouteRule,
    wasShadowed: boolean,
  ): Promise<Refusal | undefined> {
    const { clock } = this.#options;
    let isShadowed = wasShadowed;
    for (let i = at; i < meters.length; i++) {
      const by = meters[i] as SubjectMeter; // safe: i is below the length
      if (i > at && by.blockedUntilMs > clock()) return this.#refuse(meters, i, rule, clock());
      const isTaken = await (i === at ? asked : by.meter.take(rule.cost, clock(), rule.whenAway));
      if (isTaken) continue;
      if (by.mode === "enforce") return this.#refuse(meters, i, rule, clock());
      isShadowed = true;
      this.#tellShadow(by, clock());
    }
    this.counts.count(rule.operationId, isShadowed ? "shadowed" : "admitted");
    return undefined;
  }

  #refuse(meters: readonly SubjectMeter[], at: number, rule: RouteRule, nowMs: number): Refusal {
    const { cost, whenAway, operationId } = rule;
    // In shadow mode nothing may have been taken.
    for (let i = 0; i < at; i++) if (meters[i]?.mode === "enforce") meters[i]?.meter.giveBack(cost, nowMs);
    this.counts.count(operationId, "refused");
    const by = meters[at] as SubjectMeter; // safe: it refused
    if (by.blockedUntilMs > nowMs) return { why: "blocked", by, retryInMs: by.blockedUntilMs - nowMs };
    if (whenAway === "closed" && isAway(by.meter, nowMs)) return { why: "away", by, retryInMs: AWAY_RETRY_MS };
    return { why: "exceeded", by, retryInMs: by.meter.freeInMs(cost, nowMs) };
  }

  #tellShadow(by: SubjectMeter, nowMs: number): void {
    if (nowMs - by.toldAtMs < by.quota.windowMs) return;
    by.toldAtMs = nowMs;
    const { kind, id, policyName } = by;
    this.#options.log.info("a limit in shadow mode was exceeded", { kind, id, policy: policyName });
  }

  #isValid({ book, validUntilMs }: SubjectMeter, nowMs: number): boolean {
    return book === this.#book && nowMs < validUntilMs;
  }

  #meterOf(subject: Subject, policy: Policy | undefined, nowMs: number): SubjectMeter | undefined {
    const ofKind = this.#ofKind(subject.kind);
    const known = ofKind.get(subject.id);
    if (known && this.#isValid(known, nowMs)) return known;
    if (!known && !policy && this.#isUnlimited(subject, nowMs)) return undefined;
    const meter = resolveMeter(subject, policy, this.#book, known, nowMs, (of, quota) => this.#makeMeter(of, quota));
    if (ofKind.size >= MOST_METERS) {
      forget(ofKind, nowMs);
      this.#generation += 1;
    }
    if (meter) ofKind.set(subject.id, meter);
    else ofKind.delete(subject.id);
    return meter;
  }

  #ofKind(kind: SubjectKind): Map<string, SubjectMeter> {
    const known = this.#meters.get(kind);
    if (known) return known;
    const made = new Map<string, SubjectMeter>();
    this.#meters.set(kind, made);
    return made;
  }

  #isUnlimited(subject: Subject, nowMs: number): boolean {
    return !this.#book.limitOf(subject, nowMs)?.quota && this.#book.blockedUntilMs(subject) <= nowMs;
  }

  #makeMeter({ kind, id }: Subject, quota: Quota): Meter {
    if (!this.#leasing) return new SlidingWindow(quota);
    // The slices of a window are counted by its length, so another length is another count.
    return new LeasedMeter(`${kind}:${id}:${quota.windowMs}`, quota, this.#leasing);
  }
}

const AWAY_RETRY_MS = 1_000;

/** All that counts a caller at an operation. */
export interface CallerMeters {
  readonly meters: readonly SubjectMeter[];
  /** `RateLimit-Policy` of them. */
  readonly policies: string;
}

interface Found extends CallerMeters {
  readonly rule: RouteRule;
  readonly generation: number;
  readonly validUntilMs: number;
}

function forget(meters: Map<string, SubjectMeter>, nowMs: number): void {
  for (const [id, each] of meters) if (each.meter.isIdle(nowMs)) meters.delete(id);
  for (const id of meters.keys()) {
    if (meters.size <= KEPT_METERS) return;
    meters.delete(id);
  }
}
