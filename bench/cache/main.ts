import { createDice } from "../chaos-events/dice.ts";
import { runCommand } from "../processes/run-command.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { playLru, playOptimum, playOurs } from "./policies.ts";
import { syntheticTraces } from "./synthetic.ts";
import { readTrace, type Trace } from "./trace.ts";

interface Row {
  lru: number;
  ours: number;
  /** Undefined for a trace with sizes. */
  optimum: number | undefined;
}

/** Where LRU is this near to the optimum there is no gap to speak of. */
const NO_GAP = 0.002;
const TARGET_CLOSED = 0.4;
/** A hit rate below LRU's by less than this is the same. */
const SAME = 0.0005;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
};

async function run({ files, sizes, seed }: Options): Promise<boolean> {
  const dice = createDice(seed);
  if (files.length === 0) console.log("No trace was given: these are synthetic, and say nothing of real requests.\n");
  const rows: Row[] = [];
  console.log("| trace | requests | distinct | size | LRU | Rainwire | optimum | gap closed | ns/request (LRU) |");
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for await (const trace of files.length === 0 ? syntheticTraces(dice) : readAll(files)) {
    const distinct = trace.sizes.length;
    const total = trace.sizes.reduce((sum, size) => sum + size, 0);
    for (const size of sizes) {
      const room = Math.max(1, trace.hasSizes ? (total * size) / 100 : Math.round((distinct * size) / 100));
      const lru = playLru(trace, room);
      const ours = playOurs(trace, room, dice);
      const optimum = trace.hasSizes ? undefined : playOptimum(trace, room);
      const row = { lru: lru.hitRate, ours: ours.hitRate, optimum };
      rows.push(row);
      const closed = gapClosed(row);
      console.log(
        `| ${trace.name} | ${trace.requests.length} | ${distinct} | ${size} % | ${percent(row.lru)} | ${percent(row.ours)} | ${optimum === undefined ? "–" : percent(optimum)} | ${closed === undefined ? "–" : `${(closed * 100).toFixed(0)} %`} | ${ours.nsPerRequest.toFixed(0)} (${lru.nsPerRequest.toFixed(0)}) |`,
      );
    }
  }
  const closed = rows.flatMap((row) => gapClosed(row) ?? []);
  const below = rows.filter(({ lru, ours }) => ours < lru - SAME).length;
  if (closed.length > 0) {
    console.log(
      `\nOf the gap between LRU and the optimum, Rainwire closes ${percent(median(closed))} (median of ${closed.length}).`,
    );
  }
  console.log(`Below LRU in ${below} of ${rows.length}.`);
  const isClosed = closed.length === 0 || median(closed) >= TARGET_CLOSED;
  console.log(`${isClosed ? "PASS" : "FAIL"}  closes at least ${percent(TARGET_CLOSED)} of the gap (median)`);
  console.log(`${below === 0 ? "PASS" : "FAIL"}  is never below LRU`);
  return isClosed && below === 0;
}

async function* readAll(files: readonly string[]): AsyncGenerator<Trace> {
  for (const file of files) yield await readTrace(file);
}

function gapClosed({ lru, ours, optimum }: Row): number | undefined {
  return optimum === undefined || optimum - lru < NO_GAP ? undefined : (ours - lru) / (optimum - lru);
}

runCommand(HELP, readOptions, run);
