import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Kept, keep } from "#shared/kernel/kept.ts";
import type { TokenTimings } from "./timings.ts";

/** What a credential rests on, as the row triggers name it. */
export const SUBJECT = {
  session: (id: string) => `session:${id}`,
  family: (id: string) => `family:${id}`,
  key: (id: string) => `key:${id}`,
  user: (id: string) => `user:${id}`,
  member: (tenantId: string, userId: string) => `member:${tenantId}/${userId}`,
} as const;

/** Longer than the database keeps a row. */
const KEPT_MS = 25 * 60_000;
/**
 * A token issued this soon after a change may rest on what was before: its issuer's clock may lag, or had read before
 * the change was committed. It is refused, and the next one holds.
 */
const MARGIN_MS = 2_000;

interface Change {
  readonly id: string;
  readonly isEnd: boolean;
  readonly atMs: number;
  readonly epoch: number;
  readonly forgottenAtMs: number;
}

/** What ended or changed lately, as this process has heard. */
export class CredentialChanges {
  /** Raised by each reading that found something. Whoever remembers what it reads keeps the epoch from before. */
  epoch = 0;
  /** The oldest transaction that the last reading could not see: the next one begins there. */
  horizon = "0";
  readonly #bySubject = new Map<string, Change>();

  note(rows: readonly { id: string; subject: string; isEnd: boolean; atMs: number }[], nowMs: number): void {
    const news = rows.filter(({ id, subject }) => this.#bySubject.get(subject)?.id !== id);
    if (news.length > 0) this.epoch += 1;
    for (const { id, subject, isEnd, atMs } of news) {
      const known = this.#bySubject.get(subject);
      this.#bySubject.delete(subject); // the newest last
      this.#bySubject.set(subject, {
        id,
        isEnd: isEnd || (known?.isEnd ?? false),
        atMs: Math.max(atMs, known?.atMs ?? 0),
        epoch: this.epoch,
        forgottenAtMs: nowMs + KEPT_MS,
      });
    }
    for (const [subject, { forgottenAtMs }] of this.#bySubject) {
      if (forgottenAtMs > nowMs) break;
      this.#bySubject.delete(subject);
    }
  }

  has = (subject: string): boolean => this.#bySubject.has(subject);

  hasEnded = (subject: string): boolean => this.#bySubject.get(subject)?.isEnd ?? false;

  /** Whether what was read in `epoch` may no longer be so. */
  changedSince = (epoch: number, subject: string): boolean => (this.#bySubject.get(subject)?.epoch ?? 0) > epoch;

  /** Whether a token issued then may rest on what is no longer so. */
  outdates(subject: string, issuedAtMs: number): boolean {
    const change = this.#bySubject.get(subject);
    return change !== undefined && (change.isEnd || issuedAtMs <= change.atMs + MARGIN_MS);
  }

  get size(): number {
    return this.#bySubject.size;
  }
}

export interface CredentialChangesOptions {
  readonly timings: TokenTimings;
  readonly clock: Clock;
  readonly sharesWork: boolean;
}

/** The list of this process. A change reaches it with the next reading, at the latest `changesMaxAgeMs` after its commit. */
export const createCredentialChanges = (options: CredentialChangesOptions): Kept<CredentialChanges, Database> =>
  keep<CredentialChanges, Database>({
    maxAgeMs: options.timings.changesMaxAgeMs,
    clock: options.clock,
    sharesWork: options.sharesWork,
    async load(db, before = new CredentialChanges()) {
      const [read] = await db.query(sql<{
        horizon: string;
        rows: { id: string; subject: string; isEnd: boolean; atMs: number }[];
      }>`
        select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
          coalesce((select jsonb_agg(jsonb_build_object('id', id, 'subject', subject, 'isEnd', is_end,
              'atMs', extract(epoch from changed_at) * 1000) order by changed_at)
            from credential_changes where xid >= ${before.horizon}::xid8 and expires_at > now()), '[]') as rows`);
      if (!read) throw new Error("A query without a condition answered no row.");
      before.note(read.rows, options.clock());
      before.horizon = read.horizon;
      return before;
    },
  });
