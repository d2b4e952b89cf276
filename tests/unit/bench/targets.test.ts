import { expect, it } from "vitest";
import type { Figures } from "../../../bench/edge/measure.ts";
import { describeResults } from "../../../bench/edge/report.ts";

const figures = (changes: Partial<Figures>): Figures => ({
  name: "mixed load",
  connections: 750,
  requests: 8_000,
  answered: 8_000,
  seconds: 8,
  p50Ms: 1,
  p95Ms: 50,
  p99Ms: 80,
  failures: {},
  busyShare: 0.5,
  drainSeconds: 0,
  cpuMs: new Map([["server", 4_000]]),
  statements: 1,
  ...changes,
});

const describe = (rainwire: Figures[], plain: Figures[]) =>
  describeResults({
    about: "here",
    loads: new Map([
      ["the plain way", plain],
      ["Rainwire", rainwire],
    ]),
  });

it("takes the middle of the ratios of neighbours, counts side effects, and adds up failures", () => {
  const ours = [800, 1_000, 1_200].map((rate) => figures({ requests: rate * 8, drainSeconds: 8 }));
  const theirs = [100, 100, 50].map((rate) => figures({ requests: rate * 8, statements: 8, failures: { 500: 1 } }));
  const { lines, isReached } = describe(ours, theirs);
  expect(isReached).toBe(false);
  const said = lines.join("\n");
  expect(said).toContain(
    "- reached: mixed load at 750 connections, times the plain way while served: 10.00 (target 10; by CPU of a request 1.00)",
  );
  expect(said).toContain("- reached: until drained: 5.00 (target 5)");
  expect(said).toContain("- reached: its p95: 50.0 ms (target under 60)");
  expect(said).toContain("of the plain way's: 87.5 % (target 80.0 %)");
  expect(said).toContain("- **not reached**: requests that failed: 3 (target 0)");
  expect(said).toContain("| mixed load | 750 | Rainwire | 1,000 (800 to 1,200) | 500 |");
});

it("says nothing of what was not measured", () => {
  const { lines, isReached } = describe([figures({})], []);
  expect(isReached).toBe(true);
  expect(lines.join("\n")).not.toMatch(/plain way|metering|sign-in|think/);
});
