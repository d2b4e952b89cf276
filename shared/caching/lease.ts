/** For how long a process may answer from what it keeps: until `leaseMs` after it sent the last beat of its own that it has heard. */
export interface Lease {
  /** @returns the number to send */
  nextBeat(): number;
  /** @returns false when the beat is not one that renews it */
  heard(beat: number): boolean;
  readonly isOver: boolean;
  end(): void;
}

export function createLease(leaseMs: number, nowMs: () => number): Lease {
  const sent = new Map<number, { atMs: number; at: number }>();
  let last = 0;
  let endsMs = Number.NEGATIVE_INFINITY;
  let endsAt = Number.NEGATIVE_INFINITY; // by the other clock: a machine that slept may not have counted it
  return {
    nextBeat() {
      last += 1;
      sent.set(last, { atMs: nowMs(), at: Date.now() });
      return last;
    },
    heard(beat) {
      const found = sent.get(beat);
      if (!found) return false;
      for (const old of sent.keys()) if (old <= beat) sent.delete(old);
      endsMs = found.atMs + leaseMs;
      endsAt = found.at + leaseMs;
      return true;
    },
    get isOver() {
      return nowMs() >= endsMs || Date.now() >= endsAt;
    },
    end() {
      sent.clear();
      endsMs = Number.NEGATIVE_INFINITY;
      endsAt = Number.NEGATIVE_INFINITY;
    },
  };
}
