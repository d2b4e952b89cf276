import type { Effects } from "../chaos-events/effects.ts";
import type { Disturber } from "./disturb.ts";
import type { Kept } from "./keep-up.ts";
import type { Options } from "./options.ts";
import type { OpenWork, WrittenEvent } from "./read-state.ts";
import type { Tally } from "./receiver.ts";
import type { Written } from "./write-changes.ts";

export interface Findings {
  options: Options;
  written: Written;
  /** Of the history. */
  events: WrittenEvent[];
  effects: { ordered: Effects; unordered: Effects };
  work: OpenWork;
  outcomes: string;
  tally: Tally;
  disturber: Disturber;
  hosts: readonly Kept[];
  seconds: number;
}

/** Prints the counts and what they mean. @returns whether everything held */
export function printReport(found: Findings): boolean {
  const { options, written, events, effects, work, tally, disturber, hosts } = found;
  const { ordered, unordered } = effects;
  const known = new Set(events.map(({ change }) => change));
  const forgotten = [...written.acknowledged].filter((change) => !known.has(change));
  const lost = events.flatMap(({ id }) => [
    ...(ordered.has(id) ? [] : [`${id} at the ordered endpoint`]),
    ...(unordered.has(id) ? [] : [`${id} at the other endpoint`]),
  ]);
  const twice = [...ordered.takenTwice(), ...unordered.takenTwice()];
  const outOfOrder = ordered.outOfOrder();
  const endedWhileServing = hosts.flatMap((host) => host.endedWhileServing);
  const recoveries = disturber.recoveriesMs.toSorted((a, b) => a - b);
  const median = recoveries[Math.floor(recoveries.length / 2)] ?? 0;
  const disturbed = [...disturber.counts].map(([name, count]) => `${name} ${count}`).join(", ");
  const rows: [string, string | number][] = [
    ["changes acknowledged", `${written.bySql} by plain SQL, ${written.byApi} by the two hosts`],
    ["  asked again", written.repeats],
    ["events in the history", events.length],
    ["acknowledged, not in the history", forgotten.length],
    ["effects", `${ordered.count()} at the ordered endpoint, ${unordered.count()} at the other`],
    ["lost", lost.length],
    ["effects twice", twice.length],
    ["order violations", outOfOrder.length],
    ["disturbances", `${disturber.total} (${disturbed})`],
    ["host's starts in vain", hosts.map((host) => `${host.name} ${host.endedWhileStarting}`).join(", ")],
    ["host's ends while it served", endedWhileServing.length],
    ["next webhook after one", `median ${median.toFixed(0)} ms, longest ${(recoveries.at(-1) ?? 0).toFixed(0)} ms`],
    ["requests at the receiver", tally.requests],
    ["  answered 500", tally.failed],
    ["  hung", tally.hung],
    ["  repeated deliveries", tally.repeated],
    ["  wrong signature", tally.forged],
    ["deliveries", found.outcomes],
    ["left open", `outbox ${work.outbox}, deliveries ${work.deliveries}`],
    ["seconds", found.seconds.toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log("");
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);

  const complaints = [
    [written.isDone, "not every change was written"],
    [forgotten.length === 0, `acknowledged changes without an event: ${forgotten.slice(0, 5).join(", ")}`],
    [lost.length === 0, `events without an effect: ${lost.slice(0, 5).join(", ")}`],
    [twice.length === 0, `effects taken twice: ${twice.slice(0, 5).join(", ")}`],
    [
      ordered.count() === events.length && unordered.count() === events.length,
      "there are not as many effects at each endpoint as events",
    ],
    [outOfOrder.length === 0, `out of order: ${outOfOrder.slice(0, 5).join("; ")}`],
    [endedWhileServing.length === 0, `hosts ended by themselves: ${endedWhileServing.join("; ")}`],
    [tally.forged === 0, "requests with a wrong signature"],
    [work.outbox + work.deliveries === 0, "work was left at the deadline"],
    [disturber.total >= options.kills, `only ${disturber.total} disturbances`],
  ] as const;
  const broken = complaints.filter(([holds]) => !holds).map(([, complaint]) => complaint);
  console.log(broken.length === 0 ? "\nPASS" : `\nFAIL\n${broken.map((each) => `  - ${each}`).join("\n")}`);
  return broken.length === 0;
}
