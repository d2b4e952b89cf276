import { readNumbers } from "../processes/read-numbers.ts";

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

export const readOptions = (args: string[]): Options | "help" =>
  readNumbers(args, { requests: 3_000, concurrency: 64, rounds: 3 }, { least: 1 });
