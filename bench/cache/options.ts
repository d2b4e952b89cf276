import { parseArgs } from "node:util";

export interface Options {
  /** Files of keys; none: synthetic traces. */
  files: string[];
  /** Of the distinct keys, in percent. */
  sizes: number[];
  /** For synthetic traces and for the cache's own dice. */
  seed: number;
}

export const HELP = `npm run bench:cache -- [trace.txt …] [--sizes 5,10,25] [--seed 1]

Plays traces of requests through caches of some percent of their distinct keys, and reports the hit rates of LRU, of
Rainwire's cache and of the optimum (Belady). A trace has a key a line, or a key and its size; with sizes, a cache holds that
percentage of the sum of all keys' sizes, and the optimum is not reported, since it cannot be computed. Without a file
the traces are synthetic. Exits 1 when Rainwire's cache is below LRU anywhere.
`;

/** Throws, naming the option, for what cannot be used. */
export function readOptions(args: string[]): Options | "help" {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      sizes: { type: "string", default: "5,10,25" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const sizes = values.sizes.split(",").map(Number);
  if (sizes.some((size) => !(size > 0 && size <= 100))) throw new Error(`--sizes takes percents, not ${values.sizes}.`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed takes a whole number, not ${values.seed}.`);
  return { files: positionals, sizes, seed };
}
