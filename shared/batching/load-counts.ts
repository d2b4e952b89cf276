/** What became of the loads of a kind, since the process started or was last asked. */
export interface LoadCounts {
  loads: number;
  /** Loads that a waiting one of the same key answered. */
  equal: number;
  statements: number;
  /** Loads by how long they waited for company: `waits[i]` of them less than 2^i / 4 ms, the last one all the rest. */
  waits: number[];
}

const BUCKETS = 12;

export const noCounts = (): LoadCounts => ({
  loads: 0,
  equal: 0,
  statements: 0,
  waits: Array.from({ length: BUCKETS }, () => 0),
});

export function countWait(counts: LoadCounts, waitedMs: number): void {
  const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log2(waitedMs * 4 + Number.MIN_VALUE))));
  counts.waits[bucket] = (counts.waits[bucket] ?? 0) + 1;
}

/** The wait in ms that a share of the loads stayed under, as finely as it is counted. */
export function waitAt({ waits }: LoadCounts, share: number): number {
  let rest = waits.reduce((sum, count) => sum + count, 0) * share;
  const bucket = waits.findIndex((count) => {
    rest -= count;
    return rest <= 0;
  });
  return 2 ** Math.max(0, bucket) / 4;
}
