import { CROWD, type CrowdFigures } from "./dead-endpoints.ts";
import type { LoadFigures } from "./measure.ts";

const TARGET_RATIO = 2;
const TARGET_P99_MS = 50;
/** "Unchanged", on a machine whose own noise moves a p99 by as much. */
const SAME_WITHIN_SHARE = 0.25;
const SAME_WITHIN_MS = 10;

export interface Figures {
  name: string;
  settings: string;
  idle: LoadFigures;
  full: LoadFigures;
  half: LoadFigures;
}

export interface Measured {
  ours: Figures | undefined;
  theirs: Figures | undefined;
  /** For comparison: no target is theirs. */
  variants: readonly Figures[];
  crowd: CrowdFigures | undefined;
}

/** Prints the tables and the targets. @returns whether all that were measured were met */
export function printReport({ ours, theirs, variants, crowd }: Measured): boolean {
  const both = [ours, theirs, ...variants].filter((figures) => figures !== undefined);
  for (const { name, settings } of both) console.log(`${name}: ${settings}`);
  const ms = (value: number) => value.toFixed(1);
  if (both.length > 0) {
    printTable(
      ["", "idle p50 ms", "idle p99 ms", "events/s", "at half its load p50 ms", "p99 ms", "recorded after ms"],
      both.map(({ name, idle, full, half }) => [
        name,
        ms(idle.p50Ms),
        ms(idle.p99Ms),
        Math.round(full.perSecond).toLocaleString("en"),
        `${ms(half.p50Ms)} (${Math.round(half.perSecond).toLocaleString("en")}/s)`,
        ms(half.p99Ms),
        ms(full.settledMs),
      ]),
    );
  }
  for (const { name, full } of both) console.log(`CPU of an event, ${name}: ${cpuOf(full)}`);
  if (crowd) {
    const row = (name: string, { p50Ms, p99Ms, hungCount }: LoadFigures) => [
      name,
      ms(p50Ms),
      ms(p99Ms),
      `${hungCount}`,
    ];
    printTable(
      [CROWD, "the living: p50 ms", "p99 ms", "requests that hung"],
      [row("all alive", crowd.withoutDead), row("25 hang, 25 refuse", crowd.withDead)],
    );
  }

  const verdicts: [isMet: boolean, text: string][] = [];
  if (ours && theirs) {
    const ratio = ours.full.perSecond / theirs.full.perSecond;
    verdicts.push([ratio >= TARGET_RATIO, `${ratio.toFixed(2)} times BullMQ's throughput, target ${TARGET_RATIO}`]);
  }
  for (const { name, full } of variants) {
    for (const other of [ours, theirs]) {
      if (other) console.log(`${other.name}: ${(other.full.perSecond / full.perSecond).toFixed(2)} times ${name}`);
    }
  }
  if (ours) {
    const { p99Ms } = ours.half;
    verdicts.push([p99Ms < TARGET_P99_MS, `p99 at half load ${ms(p99Ms)} ms, target under ${TARGET_P99_MS}`]);
  }
  if (crowd) {
    const [without, withDead] = [crowd.withoutDead.p99Ms, crowd.withDead.p99Ms];
    const limit = without + Math.max(SAME_WITHIN_MS, without * SAME_WITHIN_SHARE);
    verdicts.push([
      withDead <= limit,
      `p99 of the living beside 50 dead ${ms(withDead)} ms, without them ${ms(without)}; at most ${ms(limit)} counts as unchanged`,
    ]);
  }
  const repeats = both.reduce(
    (sum, { idle, full, half }) => sum + idle.repeatCount + full.repeatCount + half.repeatCount,
    0,
  );
  if (repeats > 0) console.log(`${repeats} webhooks came more than once.`);
  for (const [isMet, text] of verdicts) console.log(`${isMet ? "PASS" : "FAIL"} ${text}`);
  return verdicts.every(([isMet]) => isMet);
}

function printTable(head: string[], rows: string[][]): void {
  console.log(`\n| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
  console.log();
}

function cpuOf({ cpuMs }: LoadFigures): string {
  const total = [...cpuMs.values()].reduce((sum, each) => sum + each, 0);
  const parts = [...cpuMs].map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  return `${total.toFixed(2)} ms (${parts.join(", ")})`;
}
