import type { Decided } from "./decide.ts";
import type { Leased } from "./message.ts";

export interface Settled {
  message: Leased;
  decided: Decided;
}

/** What jsonb takes: neither NUL nor half a surrogate pair. */
const storable = (text: string | null | undefined) => text?.replaceAll("\u0000", "").toWellFormed() ?? null;

/** The arguments of `rainwire_settle` for the messages that a process holds. */
export function settleParameters(
  processId: number,
  entries: readonly Settled[],
): [processId: number, ackIds: string[], ackAttempts: number[], others: string] {
  const ackIds: string[] = [];
  const ackAttempts: number[] = [];
  const retry: object[] = [];
  const dead: object[] = [];
  const next: object[] = [];
  for (const { message, decided } of entries) {
    const { id, attempts, queue, subject, subjectVersion } = message;
    switch (decided.outcome) {
      case "ack":
        ackIds.push(id);
        ackAttempts.push(attempts);
        break;
      case "retry":
        retry.push({ ...decided, id, attempts, error: storable(decided.error) });
        break;
      case "dead":
        dead.push({ id, attempts, reason: storable(decided.reason), detail: storable(decided.detail) });
        break;
    }
    if (subject !== null && decided.outcome !== "retry") next.push({ queue, subject, version: subjectVersion });
  }
  const others = {
    ...(retry.length > 0 && { retry }),
    ...(dead.length > 0 && { dead }),
    ...(next.length > 0 && { next }),
  };
  return [processId, ackIds, ackAttempts, JSON.stringify(others)];
}
