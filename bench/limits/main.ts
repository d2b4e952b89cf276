import { parseArgs } from "node:util";
import { connectRedis } from "#shared/adapters/redis/connection.ts";
import { redisQuotaStore } from "#shared/adapters/redis/quota-store.ts";
import { type Measured, type Scenario, simulate } from "#tests/support/simulate-limits.ts";
import { createRedisProcess } from "../processes/redis-process.ts";
import { runCommand } from "../processes/run-command.ts";
import { decisionTime, sharedStore } from "./decision-time.ts";
import { lineOf, MOST_FALSE_PERCENT, MOST_OVER_PERCENT } from "./line.ts";
import { LIMITS, LOADS, PROCESSES, scenariosOf } from "./scenarios.ts";

const HELP = `Usage: npm run bench:limits [-- --quick]

Plays requests against 3, 5 and 9 processes that share a quota, on a simulated clock, with the code that serves; some of
it again with the decisions taken by a real redis-server. Prints how many were admitted above the limit in the worst
span of one window, how many were refused that one process would have admitted, and how often Redis was asked.

  --quick   limits of 10 and 1,000 only`;

interface Options {
  limits: readonly number[];
}

function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({ args, options: { quick: { type: "boolean" }, help: { type: "boolean" } } });
  return values.help ? "help" : { limits: values.quick ? [10, 1_000] : LIMITS };
}

async function run({ limits }: Options): Promise<boolean> {
  let isPassed = true;
  let requests = 0;
  let calls = 0;
  console.log(
    `Targets: at most ${MOST_OVER_PERCENT} % above the limit; at 0.9 × load at most ${MOST_FALSE_PERCENT} % refused falsely.\n`,
  );
  console.log("| limit | processes | load | above the limit % | refused falsely % | calls per 100 requests | |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const limit of limits)
    for (const processes of PROCESSES)
      for (const load of LOADS) {
        const results = await playAll(scenariosOf(limit, processes, load), (each) => simulate(each));
        for (const [, each] of results) {
          requests += each.requests;
          calls += each.storeCalls;
        }
        isPassed = print(`${limit} | ${processes} | ${load}`, load, results) && isPassed;
      }
  console.log(`\nIn all: ${requests} requests, ${((100 * calls) / requests).toFixed(1)} calls per 100 of them.`);
  isPassed = (await onRedis()) && isPassed;
  const [alone, leased] = [await decisionTime(undefined), await decisionTime(sharedStore())];
  console.log(
    `\nA decision about a key and its tenant, with its field: ${alone.nanoseconds.toFixed(0)} ns in one process;`,
  );
  console.log(
    `${leased.nanoseconds.toFixed(0)} ns with leases, of which ${leased.waitedPercent.toFixed(2)} % waited for the store.`,
  );
  console.log(isPassed ? "\nPASS" : "\nFAIL");
  return isPassed;
}

/** The same with the script in a real Redis, told the simulated time. */
async function onRedis(): Promise<boolean> {
  const redis = await createRedisProcess("/tmp", ["--save", ""]);
  await redis.start();
  const connection = await connectRedis({ url: redis.url, onChange: () => undefined });
  try {
    console.log(`\nDecided by redis-server ${redis.version}:\n`);
    console.log("| limit | processes | load | above the limit % | refused falsely % | calls per 100 requests | |");
    console.log("| --- | --- | --- | --- | --- | --- | --- |");
    let isPassed = true;
    let played = 0;
    for (const [limit, processes, load] of [
      [10, 9, 0.9],
      [10, 3, 2],
      [100, 5, 0.9],
      [1_000, 9, 0.9],
      [1_000, 3, 2],
    ] as const) {
      const scenarios = scenariosOf(limit, processes, load).filter(({ windowMs }) => windowMs === 60_000);
      const results = await playAll(scenarios, (each) => {
        played += 1;
        const prefix = `${played}:`;
        return simulate({ ...each, windows: Math.min(each.windows, 10) }, (clock) => {
          const store = redisQuotaStore(connection, clock);
          return { exchange: (exchange) => store.exchange({ ...exchange, key: prefix + exchange.key }) };
        });
      });
      isPassed = print(`${limit} | ${processes} | ${load}`, load, results) && isPassed;
    }
    return isPassed;
  } finally {
    await connection.close();
    await redis.kill();
  }
}

async function playAll(scenarios: readonly Scenario[], play: (scenario: Scenario) => Promise<Measured>) {
  const results: [Scenario, Measured][] = [];
  for (const scenario of scenarios) results.push([scenario, await play(scenario)]);
  return results;
}

function print(name: string, load: number, results: readonly (readonly [Scenario, Measured])[]): boolean {
  const { overPercent, falsePercent, callsPercent, isPassed } = lineOf(load, results);
  const figures = [overPercent.toFixed(2), falsePercent.toFixed(2), callsPercent.toFixed(0)];
  console.log(`| ${name} | ${figures.join(" | ")} | ${isPassed ? "PASS" : "FAIL"} |`);
  return isPassed;
}

runCommand(HELP, readOptions, run);
