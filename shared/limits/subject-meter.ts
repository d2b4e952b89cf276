import { LeasedMeter } from "./leased-meter.ts";
import type { OverrideBook } from "./override.ts";
import { type Mode, POLICIES, type Policy } from "./policies.ts";
import type { Meter, Quota } from "./quota.ts";
import { limitItem, policyItem } from "./rate-limit-headers.ts";
import type { Subject } from "./subject.ts";
import type { SubjectKind } from "./subject-kinds.ts";

/** What a subject may do now: its policy with what was overridden, its use, and whether it is blocked. */
export interface SubjectMeter extends Subject {
  /** The policy's name, as the fields of a response state it. */
  readonly policyName: string;
  readonly quota: Quota;
  readonly mode: Mode;
  readonly meter: Meter;
  /** Its item of `RateLimit-Policy`. */
  readonly policyItem: string;
  /** 0: not blocked; infinite: until somebody lifts it. */
  readonly blockedUntilMs: number;
  /** When an override ends and this is to be resolved again. */
  readonly validUntilMs: number;
  /** The overrides that it was resolved with. */
  readonly book: OverrideBook;
  /** Last told of in the log, while it is in shadow mode. */
  toldAtMs: number;
}

/** The meter of a subject under the overrides of a book; undefined: nothing counts or blocks it. */
export function resolveMeter(
  subject: Subject,
  policy: Policy | undefined,
  book: OverrideBook,
  known: SubjectMeter | undefined,
  nowMs: number,
  makeMeter: (subject: Subject, quota: Quota) => Meter,
): SubjectMeter | undefined {
  const override = book.limitOf(subject, nowMs);
  const blockedUntilMs = book.blockedUntilMs(subject);
  const quota = override?.quota ?? policy?.quota ?? (blockedUntilMs > nowMs ? POLICIES.neighbour.quota : undefined);
  if (!quota) return undefined;
  const policyName = nameOf(subject.kind, policy);
  const isSame = known !== undefined && isSameQuota(known.quota, quota);
  return {
    kind: subject.kind,
    id: subject.id,
    policyName,
    quota: isSame ? known.quota : quota,
    mode: override?.mode ?? policy?.mode ?? "enforce",
    meter: isSame ? known.meter : makeMeter(subject, quota),
    policyItem: policyItem(policyName, quota),
    blockedUntilMs,
    validUntilMs: override?.untilMs ?? Number.POSITIVE_INFINITY,
    book,
    toldAtMs: known?.toldAtMs ?? Number.NEGATIVE_INFINITY,
  };
}

const nameOf = (kind: SubjectKind, policy: Policy | undefined): string =>
  kind === "address" && policy === POLICIES.neighbour ? "neighbour" : kind;

const isSameQuota = (a: Quota, b: Quota): boolean =>
  a.limit === b.limit && a.windowMs === b.windowMs && a.burst === b.burst;

/** `RateLimit-Policy` of all of them. */
export const policiesOf = (meters: readonly SubjectMeter[]): string =>
  meters.map(({ policyItem }) => policyItem).join(", ");

/** `RateLimit` of the one of which least is left. @param meters at least one */
export function tightestItemOf(meters: readonly SubjectMeter[], nowMs: number): string {
  let [tightest, left, smallest] = [meters[0] as SubjectMeter, 0, Number.POSITIVE_INFINITY]; // safe: there is one
  for (const each of meters) {
    const remaining = each.meter.remaining(nowMs);
    const part = remaining / each.quota.limit;
    if (part < smallest) [tightest, left, smallest] = [each, remaining, part];
  }
  const { policyName, quota, meter } = tightest;
  return limitItem(policyName, quota, left, left > 0 ? 0 : meter.freeInMs(1, nowMs));
}

export const isAway = (meter: Meter, nowMs: number): boolean => meter instanceof LeasedMeter && meter.isAway(nowMs);
