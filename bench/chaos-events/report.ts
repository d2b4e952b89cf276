import type { Killer } from "./kill-host.ts";
import type { Options } from "./options.ts";
import type { OpenWork, Usage } from "./read-state.ts";
import type { Tally } from "./receiver.ts";
import type { Written } from "./write-events.ts";

export interface Findings {
  options: Options;
  written: Written;
  work: OpenWork;
  /** Events of the history that have to drive a workflow. */
  driving: string[];
  lost: string[];
  effectCount: number;
  takenTwice: string[];
  outOfOrder: string[];
  tally: Tally;
  killer: Killer;
  executions: string;
  runAttempts: string;
  deadLetters: string;
  circuitOpenings: string;
  usage: Usage[];
  /** Undefined: not every event had its effect by the deadline. */
  allTakenSeconds: number | undefined;
  settledSeconds: number;
}

/** Prints the counts and what they mean. @returns whether everything held */
export function printReport(found: Findings): boolean {
  const { written, tally, killer, work, usage } = found;
  const writtenCount = written.byPlainSql + written.byVerb;
  const openCount = work.outbox + work.deliveries + work.executions;
  const recoveries = killer.recoveriesMs.toSorted((a, b) => a - b);
  const median = recoveries[Math.floor(recoveries.length / 2)] ?? 0;
  const served = usage.reduce((sum, process) => sum + process.served, 0);
  const recorded = usage.reduce((sum, process) => sum + process.recorded, 0);
  const rows: [string, string | number][] = [
    ["events written", `${writtenCount} (${written.byPlainSql} by plain SQL, ${written.byVerb} by verbs)`],
    ["events in the history", found.driving.length],
    ["effects", found.effectCount],
    ["lost", found.lost.length],
    ["effects twice", found.takenTwice.length],
    ["order violations", found.outOfOrder.length],
    ["kill -9 of the host", `${killer.kills} (${killer.killsWhileStarting} while it started)`],
    ["recovery after a kill", `median ${median.toFixed(0)} ms, longest ${(recoveries.at(-1) ?? 0).toFixed(0)} ms`],
    ["requests at the receiver", tally.requests],
    ["  answered 500", tally.failed],
    ["  hung", tally.hung],
    ["  repeated deliveries", tally.repeatedDeliveries],
    ["  wrong signature or key", tally.forged],
    ["runs replied after work", tally.repliedAfterWork],
    [
      "runs called back",
      `${tally.calledBack} (${tally.callbackRepeats} calls repeated, ${tally.callbacksRefused} stopped)`,
    ],
    ["runs accepted, then lost", tally.vanished],
    ["claims granted to two runs", tally.claimsGrantedTwice],
    ["action calls repeated", written.verbRepeats],
    ["executions", found.executions],
    ["  by attempt", found.runAttempts],
    ["circuit", found.circuitOpenings],
    ["dead letters", found.deadLetters],
    ["left open", `outbox ${work.outbox}, deliveries ${work.deliveries}, executions ${work.executions}`],
    ["invocations served, as said", served],
    ["usage records", `${recorded} of ${usage.length} processes`],
    ["seconds until every effect", found.allTakenSeconds?.toFixed(1) ?? "-"],
    ["seconds until all settled", found.settledSeconds.toFixed(1)],
    ["events per second", (found.effectCount / (found.allTakenSeconds ?? found.settledSeconds)).toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log("");
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
  const gaps = usage.filter((process) => process.served > process.recorded);
  for (const gap of gaps) console.log(`process ${gap.processId} said ${gap.served} and recorded ${gap.recorded}`);

  const complaints = [
    [writtenCount === found.driving.length, "the history does not hold what was written"],
    [found.lost.length === 0, `events without an effect: ${found.lost.slice(0, 5).join(", ")}`],
    [found.takenTwice.length === 0, `effects taken twice: ${found.takenTwice.slice(0, 5).join(", ")}`],
    [found.effectCount === found.driving.length, "there are not as many effects as events"],
    [found.outOfOrder.length === 0, `out of order: ${found.outOfOrder.slice(0, 5).join("; ")}`],
    [tally.claimsGrantedTwice === 0, "two runs of one attempt were granted the claim"],
    [tally.forged === 0, "requests with a wrong signature or key"],
    [found.deadLetters === "none", `dead letters: ${found.deadLetters}`],
    [!/failed|timed_out|cancelled/.test(found.executions), `executions that did not succeed: ${found.executions}`],
    [openCount === 0, "work was left at the deadline"],
    [killer.kills >= found.options.kills, `only ${killer.kills} kills`],
  ] as const;
  const broken = complaints.filter(([holds]) => !holds).map(([, complaint]) => complaint);
  console.log(broken.length === 0 ? "\nPASS" : `\nFAIL\n${broken.map((each) => `  - ${each}`).join("\n")}`);
  return broken.length === 0;
}
