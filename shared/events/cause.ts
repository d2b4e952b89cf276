import { emitting, type Statement, sql } from "#shared/database/sql.ts";

/** Runs between an event and its first cause, at most: what a run writes may drive runs only this deep. */
export const HOP_CAP = 8;

/** Why something is written: carried by every event. */
export interface Cause {
  /** `user:…`, `key:…`, `execution:…` or `system:…`. */
  readonly actor: string;
  readonly traceparent: string;
  /** The workflow run on whose behalf this is written. */
  readonly executionId?: string;
  /** The event that caused it. */
  readonly causationId?: string;
  readonly hop?: number;
}

/**
 * {@link actingAs} for rows that one statement writes for several causes, by row id. For tables whose trigger reads it:
 * `rainwire_emit_created`.
 */
export const actingAsEach = (causes: Readonly<Record<string, Cause>>): Statement =>
  emitting(sql`select set_config('rainwire.context', ${JSON.stringify({ causes })}, true)`);

/** The first statement of a batch whose row triggers write change events: tells them the cause. */
export const actingAs = (cause: Cause): Statement => ({
  ...emitting(sql`select set_config('rainwire.context', ${JSON.stringify(cause)}, true)`),
  opensShared: true,
});
