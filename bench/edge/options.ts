import { parseArgs } from "node:util";
import { CASES, type CaseName } from "./load-cases.ts";

const CONTENDERS = ["floor", "nginx", "plain", "rainwire"] as const;
const PARTS = ["loads", "users", "statements", "metering", "sign-in"] as const;

export const HELP = `npm run bench:edge -- [options]

Rainwire beside bare Hono, nginx's cache (where nginx is installed) and the plain way (bench/plain): the same people, data,
PostgreSQL and load, in turn. Then the most users with a second of think time, the statements saved, what metering costs,
and the sign-in check.

  --quick           a look, in about four minutes; otherwise it takes about 25
  --write           writes what it prints to docs/benchmarks.md
  --repeat N        how often each load is measured, the contenders in turn (3; with --quick 1)
  --parts A,B       of: ${PARTS.join(", ")} (all)
  --only A,B        of: ${CONTENDERS.join(", ")} (all)
  --cases A,B       of: ${Object.keys(CASES).join(", ")} (all)
  --profile FOLDER  Rainwire's CPU profile goes there, and what PostgreSQL spent its time on in each load
`;

export interface Options {
  contenders: ReadonlySet<(typeof CONTENDERS)[number]>;
  parts: ReadonlySet<(typeof PARTS)[number]>;
  cases: readonly CaseName[];
  isQuick: boolean;
  isWritten: boolean;
  repeats: number;
  /** Of each load. */
  seconds: number;
  warmSeconds: number;
  goalsPerUser: number;
  /** Of the most users: 0.05 is within 5 %. */
  precision: number;
  profileDir: string | undefined;
}

/** Throws, naming what is wrong. */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      repeat: { type: "string" },
      parts: { type: "string" },
      only: { type: "string" },
      cases: { type: "string" },
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const repeats = Number(values.repeat ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new Error(`--repeat takes a whole number above 0, not ${values.repeat}.`);
  return {
    contenders: new Set(chosen(values.only, CONTENDERS)),
    parts: new Set(chosen(values.parts, PARTS)),
    cases: chosen(values.cases, Object.keys(CASES) as CaseName[]), // safe: its own keys
    isQuick: values.quick,
    isWritten: values.write,
    repeats,
    seconds: values.quick ? 2 : 6,
    warmSeconds: values.quick ? 0.5 : 3,
    goalsPerUser: values.quick ? 150 : 600,
    precision: values.quick ? 0.2 : 0.05,
    profileDir: values.profile,
  };
}

function chosen<T extends string>(text: string | undefined, all: readonly T[]): readonly T[] {
  if (text === undefined) return all;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !all.some((one) => one === name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  return all.filter((one) => names.includes(one));
}
