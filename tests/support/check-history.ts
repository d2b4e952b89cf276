/** One request of a history: when it was sent, when its answer was there, and which version of which thing it was of. */
export interface HistoryEntry {
  readonly kind: "read" | "write";
  readonly subject: string;
  readonly startMs: number;
  /** Of a write nobody has acknowledged: infinity. */
  readonly endMs: number;
  readonly version: number;
}

export interface StaleRead {
  readonly read: HistoryEntry;
  /** The newest write that was acknowledged before the read began. */
  readonly missed: HistoryEntry;
}

/**
 * The reads that show less than was acknowledged before they began: a read that starts after a write was answered shows
 * that version or a newer one. What overlaps a write may show either.
 */
export function findStaleReads(history: readonly HistoryEntry[]): StaleRead[] {
  const stale: StaleRead[] = [];
  for (const entries of Map.groupBy(history, ({ subject }) => subject).values()) {
    const ended = entries.filter(({ kind }) => kind === "write").sort((a, b) => a.endMs - b.endMs);
    const reads = entries.filter(({ kind }) => kind === "read").sort((a, b) => a.startMs - b.startMs);
    let newest: HistoryEntry | undefined;
    let i = 0;
    for (const read of reads) {
      for (let one = ended[i]; one && one.endMs < read.startMs; one = ended[++i]) {
        if (!newest || one.version > newest.version) newest = one;
      }
      if (newest && read.version < newest.version) stale.push({ read, missed: newest });
    }
  }
  return stale;
}
