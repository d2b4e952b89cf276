import { waitAt } from "#shared/batching/load-counts.ts";
import type { ReadCase } from "./cases.ts";
import { percentile } from "./send.ts";

export interface ReadFigures {
  loads: number;
  /** Statements that loaded, as Rainwire counts them. */
  counted: number;
  /** The same, as pg_stat_statements does. */
  witnessed: number;
  /** All statements of these requests. */
  all: number;
  tookMs: number[];
  /** As `LoadCounts` has them. */
  waits: number[];
}

export interface WriteFigures {
  isAsync: boolean;
  tookMs: number[];
  /** Statements that inserted interactions. */
  inserts: number;
  all: number;
  /** Until the last was written. */
  drainedMs: number;
}

const ms = (value: number): string => value.toFixed(1);
const took = (values: readonly number[]): string => `${ms(percentile(values, 0.5))} / ${ms(percentile(values, 0.99))}`;
const LAST_STEP_MS = 16.5;
const waited = (figures: ReadFigures, share: number): string => {
  const underMs = waitAt(figures, share) ?? 0;
  return underMs === LAST_STEP_MS ? "16 or longer" : String(underMs);
};
const whole = (value: number): string => value.toLocaleString("en");

export function printReads(rows: readonly [ReadCase, ReadFigures, ReadFigures][]): void {
  console.log(
    "| | loads | statements, alone | together | by pg_stat_statements | saved | waited for company, p50 / p99 under ms | p50 / p99 ms, alone | together | all statements a load, alone | together |",
  );
  console.log(`|${" --- |".repeat(11)}`);
  for (const [{ name }, alone, together] of rows) {
    const cells = [
      name,
      whole(together.loads),
      whole(alone.counted),
      whole(together.counted),
      `${whole(alone.witnessed)}, ${whole(together.witnessed)}`,
      `${((1 - together.counted / together.loads) * 100).toFixed(1)} %`,
      `${waited(together, 0.5)} / ${waited(together, 0.99)}`,
      took(alone.tookMs),
      took(together.tookMs),
      (alone.all / alone.loads).toFixed(2),
      (together.all / together.loads).toFixed(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log();
}

export function printWrites(figures: readonly WriteFigures[]): void {
  console.log(
    "| `POST /v1/interactions` | writes | inserting statements | all statements a write | p50 / p99 ms | written, per s |",
  );
  console.log(`|${" --- |".repeat(6)}`);
  for (const { isAsync, tookMs, inserts, all, drainedMs } of figures) {
    const cells = [
      isAsync ? "`Prefer: respond-async`" : "answered when written",
      whole(tookMs.length),
      whole(inserts),
      (all / tookMs.length).toFixed(2),
      took(tookMs),
      whole(Math.round((tookMs.length / drainedMs) * 1000)),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
