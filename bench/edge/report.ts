import type { CaseName } from "./load-cases.ts";
import type { Load } from "./load-process.ts";

export interface Figures extends Load {
  name: CaseName;
  connections: number;
  /** From the last request until nothing that was caused by one is left to do. */
  drainSeconds: number;
}

export interface Measured {
  contender: string;
  figures: readonly Figures[];
  think?: { users: number; p95Ms: number };
}

const TARGETS = { served: 10, drained: 5, p95Ms: 60, floorShare: 0.6, users: 7500 };

const served = ({ requests, seconds }: Figures): number => requests / seconds;
const settled = ({ requests, seconds, drainSeconds }: Figures): number => requests / (seconds + drainSeconds);

/** Prints everything as tables, and what was to be reached. @returns whether all of it was */
export function printReport(measured: readonly Measured[]): boolean {
  console.log("\n| | connections | | requests/s | until drained, /s | p50 ms | p95 ms | p99 ms | failed |");
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const { contender, figures } of measured) {
    for (const one of figures) {
      const failed = Object.values(one.failures).reduce((sum, count) => sum + count, 0);
      const cells = [
        one.name,
        one.connections,
        contender,
        Math.round(served(one)).toLocaleString("en"),
        Math.round(settled(one)).toLocaleString("en"),
        one.p50Ms.toFixed(1),
        one.p95Ms.toFixed(1),
        one.p99Ms.toFixed(1),
        failed,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
  for (const { contender, think } of measured)
    if (think)
      console.log(
        `\n${contender}: ${think.users} users with a second of think time (p95 ${think.p95Ms.toFixed(1)} ms)`,
      );

  const find = (contender: string, name: CaseName, connections: number) =>
    measured
      .find((one) => one.contender === contender)
      ?.figures.find((one) => one.name === name && one.connections === connections);
  const ours = find("Rainwire", "mixed load", 750);
  const plain = find("the plain way", "mixed load", 750);
  const cached = find("Rainwire", "cached read", 64);
  const floor = find("bare Hono", "cached read", 64);
  const thinking = measured.find((one) => one.contender === "Rainwire")?.think;
  const failures = measured.flatMap(({ figures }) => figures.map((one) => Object.values(one.failures))).flat(2);
  const checks: [string, boolean | undefined][] = [
    ratio(
      "mixed load, while served, beside the plain way",
      ours && plain && served(ours) / served(plain),
      TARGETS.served,
    ),
    ratio(
      "mixed load, until drained, beside the plain way",
      ours && plain && settled(ours) / settled(plain),
      TARGETS.drained,
    ),
    [
      `mixed load at 750 connections: p95 ${ours?.p95Ms.toFixed(1)} ms (target ${TARGETS.p95Ms})`,
      ours && ours.p95Ms < TARGETS.p95Ms,
    ],
    ratio(
      "signed-in, limited, cached read beside bare Hono",
      cached && floor && served(cached) / served(floor),
      TARGETS.floorShare,
    ),
    [
      `users with a second of think time: ${thinking?.users} (target ${TARGETS.users})`,
      thinking && thinking.users >= TARGETS.users,
    ],
    ["no request failed", failures.every((count) => count === 0)],
  ];
  console.log("");
  for (const [text, isReached] of checks) {
    if (isReached !== undefined) console.log(`${isReached ? "PASS" : "FAIL"}  ${text}`);
  }
  return checks.every(([, isReached]) => isReached !== false);
}

const ratio = (text: string, value: number | undefined, target: number): [string, boolean | undefined] => [
  `${text}: ${value?.toFixed(2)} times (target ${target})`,
  value === undefined ? undefined : value >= target,
];
