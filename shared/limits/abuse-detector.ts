import type { Counters } from "#shared/kernel/counters.ts";
import { ABUSE_RULES, type AbuseKind } from "./abuse-rules.ts";
import type { Subject } from "./subject.ts";

/** Subjects watched at once; of more, those that began first are forgotten. */
const MOST_WATCHED = 10_000;
/** Processes tell each other each time they have seen this part of a threshold. */
const STEPS = 10;

/** Something that looks like abuse. */
export interface Finding {
  readonly subject: Subject;
  readonly kind: AbuseKind;
  readonly count: number;
}

interface Watched {
  windowEndsAtMs: number;
  count: number;
  isTold: boolean;
}

/**
 * Counts refusals per subject, in bounded memory. Most requests are not refused and cost nothing; a refused one costs a
 * look-up, and the processes' common count is asked once in a tenth of a threshold.
 */
export class AbuseDetector {
  readonly #counters: Counters;
  readonly #watched = new Map<string, Watched>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Counts a refusal. A promise where it is time to look what the other processes counted; it resolves to a finding, if there is one. */
  note(kind: AbuseKind, subject: Subject, nowMs: number): Promise<Finding | undefined> | undefined {
    const { threshold, windowMs } = ABUSE_RULES[kind];
    const watched = this.#watch(`${kind}:${subject.kind}:${subject.id}`, windowMs, nowMs);
    watched.count += 1;
    const step = Math.max(1, Math.floor(threshold / STEPS));
    if (watched.isTold || watched.count % step !== 0) return undefined;
    return this.#share(kind, subject, step, watched);
  }

  /** Counts a failed sign-in of an account (the hash of what it was asked for) from an address. */
  async noteSignIn(account: Subject, address: Subject, nowMs: number): Promise<Finding[]> {
    const { windowMs } = ABUSE_RULES.credential_stuffing;
    const { count } = await this.#counters.increment(`abuse:pair:${address.id}:${account.id}`, windowMs);
    if (count > 1) return [];
    const findings = await Promise.all([
      this.#distinct("credential_stuffing", address, nowMs),
      this.#distinct("account_under_attack", account, nowMs),
    ]);
    return findings.flatMap((finding) => finding ?? []);
  }

  async #distinct(kind: AbuseKind, subject: Subject, nowMs: number): Promise<Finding | undefined> {
    const { windowMs } = ABUSE_RULES[kind];
    const watched = this.#watch(`${kind}:${subject.kind}:${subject.id}`, windowMs, nowMs);
    return watched.isTold ? undefined : await this.#share(kind, subject, 1, watched);
  }

  async #share(kind: AbuseKind, subject: Subject, step: number, watched: Watched): Promise<Finding | undefined> {
    const { threshold, windowMs } = ABUSE_RULES[kind];
    const { count: steps } = await this.#counters.increment(`abuse:${kind}:${subject.kind}:${subject.id}`, windowMs);
    if (steps * step < threshold || watched.isTold) return undefined;
    watched.isTold = true;
    return { subject, kind, count: steps * step };
  }

  #watch(key: string, windowMs: number, nowMs: number): Watched {
    const known = this.#watched.get(key);
    if (known && nowMs < known.windowEndsAtMs) return known;
    if (known) this.#watched.delete(key);
    if (this.#watched.size >= MOST_WATCHED) {
      const [oldest] = this.#watched.keys();
      if (oldest !== undefined) this.#watched.delete(oldest);
    }
    const begun: Watched = { windowEndsAtMs: nowMs + windowMs, count: 0, isTold: false };
    this.#watched.set(key, begun);
    return begun;
  }
}
