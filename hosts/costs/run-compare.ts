import { writeFileSync } from "node:fs";
import { type BreakEven, findBreakEven } from "#shared/costs/compare/break-even.ts";
import { compareStacks } from "#shared/costs/compare/compare-stacks.ts";
import { type ClaimTest, testClaim } from "#shared/costs/compare/test-claim.ts";
import type { Workload } from "#shared/costs/compare/workload.ts";
import type { ExchangeRate } from "#shared/costs/exchange-rates.ts";
import { DECIMAL } from "#shared/kernel/money.ts";
import { type CommandIo, UsageError } from "./command.ts";
import { printComparison } from "./print-comparison.ts";
import { readStack, readWorkload } from "./read-compared.ts";
import { readRate } from "./read-rate.ts";

export interface CompareArguments {
  workload?: string | undefined;
  stack: string[];
  date?: string | undefined;
  volume: string[];
  rate: string[];
  from: string;
  to: string;
  points: string;
  chart?: string | undefined;
  claim?: string | undefined;
  json: boolean;
}

export async function runCompare(given: CompareArguments, io: CommandIo): Promise<number> {
  const [nameA, nameB, ...more] = given.stack;
  if (given.workload === undefined) throw new UsageError("say what to price: --workload claim-750-users");
  if (nameA === undefined || nameB === undefined || more.length > 0)
    throw new UsageError("name two stacks: --stack A --stack B");
  const input = {
    workload: withVolumes(readWorkload(given.workload), given.volume),
    stackA: readStack(nameA),
    stackB: readStack(nameB),
    date: given.date,
    rates: given.rate.map((text): ExchangeRate => readRate(text)),
  };
  const span = { from: whole("from", given.from), to: whole("to", given.to), points: whole("points", given.points) };
  if (span.from >= span.to || span.points < 2)
    throw new UsageError("--from must be below --to, and --points at least 2");
  const comparison = compareStacks(input);
  const breakEven: BreakEven = findBreakEven(input, span);
  const claim: ClaimTest | undefined = given.claim === undefined ? undefined : testClaim(input, readClaim(given.claim));
  if (given.chart !== undefined) {
    const { drawBreakEven } = await import("./draw-break-even.ts");
    const mark = comparison.volumes.find(({ name }) => name === input.workload.scale)?.high ?? "0";
    const names = { a: comparison.a.name, b: comparison.b.name };
    writeFileSync(given.chart, drawBreakEven(breakEven, names, Number(mark)));
  }
  if (given.json) io.out(`${JSON.stringify({ ...comparison, breakEven, ...(claim && { claim }) }, null, 2)}\n`);
  else printComparison(comparison, breakEven, claim, io);
  return comparison.difference === null ? 1 : 0;
}

function withVolumes(workload: Workload, given: readonly string[]): Workload {
  const changed = given.map((text) => {
    const [, name = "", value = ""] = /^([A-Za-z0-9]+)=(.+)$/.exec(text) ?? [];
    const volume = workload.volumes[name];
    if (volume === undefined || !DECIMAL.test(value)) {
      const known = Object.keys(workload.volumes).join(", ");
      throw new UsageError(`--volume ${text}: write name=decimal, where the name is one of ${known}`);
    }
    return [name, { value, unit: volume.unit, about: `given by hand: --volume ${text}` }] as const;
  });
  return { ...workload, volumes: { ...workload.volumes, ...Object.fromEntries(changed) } };
}

function readClaim(text: string): { a: [string, string]; b: [string, string] } {
  const [, a1, a2, b1, b2] = /^([\d.]+)\.\.([\d.]+),([\d.]+)\.\.([\d.]+)$/.exec(text) ?? [];
  if (![a1, a2, b1, b2].every((amount) => amount !== undefined && DECIMAL.test(amount))) {
    throw new UsageError(`--claim ${text}: write what A and B cost as ranges in USD, such as 1747..1770,393..416`);
  }
  return { a: [a1 ?? "", a2 ?? ""], b: [b1 ?? "", b2 ?? ""] };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new UsageError(`--${name} ${text}: write a whole number above 0`);
}
