/** What became of the loads of a kind, since the process started or was last asked. */
export interface LoadCounts {
  loads: number;
  /** Loads that a waiting one of the same key answered. */
  equal: number;
  statements: number;
  /** Loads by how long they waited for company: `waits[i]` of them under (i + 1) / 2 ms, the last one all the rest. */
  waits: number[];
}

/** The loads of a kind that came from one operation. A statement counts where the first of its group came from. */
export interface RouteLoads extends LoadCounts {
  readonly kind: string;
  /** An operationId; `(none)`: no operation of a service. */
  readonly route: string;
}

const STEP_MS = 0.5;
const BUCKETS = 33;

export const noCounts = (): LoadCounts => ({
  loads: 0,
  equal: 0,
  statements: 0,
  waits: Array.from({ length: BUCKETS }, () => 0),
});

export function countWait(counts: LoadCounts, waitedMs: number): void {
  const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor(waitedMs / STEP_MS)));
  counts.waits[bucket] = (counts.waits[bucket] ?? 0) + 1;
}

/** The wait in ms that a share of the loads stayed under, in steps of half a ms; null when none waited or was read. */
export function waitAt({ waits }: Pick<LoadCounts, "waits">, share: number): number | null {
  let rest = waits.reduce((sum, count) => sum + count, 0) * share;
  if (rest === 0) return null;
  const bucket = waits.findIndex((count) => {
    rest -= count;
    return rest <= 0;
  });
  return (Math.max(0, bucket) + 1) * STEP_MS;
}
