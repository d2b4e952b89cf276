import type { Broadcast } from "./broadcast.ts";

export interface GreetingOptions {
  readonly broadcast: Pick<Broadcast, "enlist" | "strike">;
  readonly id: string;
  readonly leaseMs: number;
  readonly nowMs: () => number;
  /** Hears when all that were written down have answered. */
  readonly onSettled: () => void;
}

/**
 * How a process becomes known to all that may answer from what they keep. Whoever hears its greeting knows it. One that
 * was written down and does not answer has not heard it, so it hears no beat of its own any more either: its lease is over when
 * a lease has passed since the greeting was heard. That holds for one whose connection was dropped and which has not
 * noticed it yet.
 */
export function createGreeting({ broadcast, id, leaseMs, nowMs, onSettled }: GreetingOptions) {
  const met = new Set<string>();
  let others: readonly string[] | undefined;
  let settlesAtMs = Number.POSITIVE_INFINITY;
  let beganAtMs = Number.NEGATIVE_INFINITY;
  let round = 0;

  function settle(): void {
    if (!others?.every((other) => met.has(other)) || settlesAtMs === Number.POSITIVE_INFINITY) return;
    settlesAtMs = Math.min(settlesAtMs, nowMs());
    others = [];
    onSettled();
  }

  /** Nobody need have heard of this process before it is written down. */
  function enlist(): void {
    const own = round;
    broadcast.enlist(id).then(
      (ids) => {
        if (own !== round) return;
        others = ids.filter((other) => other !== id);
        settle();
      },
      () => undefined, // the next look tries again
    );
  }

  return {
    /** A greeting is being sent. */
    begin(): void {
      round += 1;
      settlesAtMs = Number.POSITIVE_INFINITY;
      beganAtMs = nowMs();
      others = undefined;
      met.clear();
    },
    /** It is in the channel. */
    heard(): void {
      settlesAtMs = nowMs() + leaseMs;
      enlist();
    },
    metBy(other: string): void {
      met.add(other);
      settle();
    },
    /** @param known who has been heard of; who has not is gone when the greeting's lease is over */
    look(known: ReadonlyMap<string, unknown>): void {
      if (settlesAtMs === Number.POSITIVE_INFINITY || nowMs() < settlesAtMs) return;
      if (!others) {
        enlist();
        return;
      }
      const gone = others.filter((other) => !met.has(other) && !known.has(other));
      others = [];
      if (gone.length > 0) broadcast.strike(gone).catch(() => undefined);
    },
    get beganAtMs() {
      return beganAtMs;
    },
    get isSettled() {
      return others !== undefined && nowMs() >= settlesAtMs;
    },
  };
}
