import { parseArgs } from "node:util";
import { CASES, type CaseName } from "./load-cases.ts";

export const HELP = `npm run bench:edge -- [options]

Requests a second and latency of Rainwire beside bare Hono, nginx's cache (where nginx is installed) and the plain way
(bench/plain): the same people, data, PostgreSQL and load, one after the other.

  --quick           a look: shorter runs, fewer goals
  --only A,B        of: floor, nginx, plain, rainwire (all)
  --cases A,B       of: ${Object.keys(CASES).join(", ")} (all)
  --no-think        leaves out the search for the most users with a second of think time
  --profile FOLDER  Rainwire's CPU profile goes there
`;

const PARTS = ["floor", "nginx", "plain", "rainwire"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  parts: ReadonlySet<Part>;
  cases: readonly CaseName[];
  seconds: number;
  goalsPerUser: number;
  hasThink: boolean;
  profileDir: string | undefined;
}

export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      cases: { type: "string" },
      "no-think": { type: "boolean", default: false },
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  return {
    parts: new Set(chosen(values.only, PARTS)),
    cases: chosen(values.cases, Object.keys(CASES) as CaseName[]), // safe: its own keys
    seconds: values.quick ? 4 : 15,
    goalsPerUser: values.quick ? 400 : 1_000,
    hasThink: !values["no-think"],
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
