import { parseArgs } from "node:util";

export interface Options {
  /** Requests of each measurement. */
  requests: number;
  /** Requests in flight. */
  concurrency: number;
  /** Each measurement is made this often, coalescing off and on in turn. */
  rounds: number;
}

export const HELP = `npm run bench:batching -- [--requests 3000] [--concurrency 64] [--rounds 3]

Reads by key, batches and queued writes, each with its company and without: statements as Rainwire counts them and as
pg_stat_statements does, and what the requests took.
`;

/** Throws, naming the option, for anything that is not a whole number above 0. */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: "string", default: "3000" },
      concurrency: { type: "string", default: "64" },
      rounds: { type: "string", default: "3" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const whole = (name: "requests" | "concurrency" | "rounds"): number => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1)
      throw new Error(`--${name} takes a whole number, not ${values[name]}.`);
    return number;
  };
  return { requests: whole("requests"), concurrency: whole("concurrency"), rounds: whole("rounds") };
}
