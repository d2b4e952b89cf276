import { type Backoff, backoffMs } from "#shared/kernel/retry.ts";
import type { Settlement } from "./message.ts";

/** A settlement with nothing left to decide. */
export type Decided =
  | { outcome: "ack" }
  | { outcome: "retry"; delayMs: number; error: string | null; isAttemptSpent: boolean }
  | Extract<Settlement, { outcome: "dead" }>;

/** The wait before a message is tried again when its handler names none. */
const RETRY_BACKOFF: Backoff = { baseMs: 1000, capMs: 15 * 60_000 };

/** A retry past the last attempt is a dead letter; one that names no time gets a backoff. */
export function decide(settlement: Settlement, attempt: number, mostAttempts: number): Decided {
  if (settlement.outcome !== "retry") return settlement;
  const { delayMs, error, isAttemptSpent = true } = settlement;
  if (isAttemptSpent && attempt >= mostAttempts) {
    return { outcome: "dead", reason: "attempts_exhausted", ...(error !== undefined && { detail: error }) };
  }
  return {
    outcome: "retry",
    delayMs: delayMs ?? backoffMs(attempt, RETRY_BACKOFF, Math.random()),
    error: error ?? null,
    isAttemptSpent,
  };
}
