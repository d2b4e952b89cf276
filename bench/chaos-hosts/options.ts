import { randomInt } from "node:crypto";
import { readNumbers } from "../processes/read-numbers.ts";

export interface Options {
  /** Changes of goals to be written, each for two endpoints. */
  events: number;
  /** Of the hosts, of Redis and of PostgreSQL together. */
  kills: number;
  /** Decides what is killed when, and what the receiver does with each request. */
  seed: number;
  /** The run fails when work is left after this long. */
  deadlineMs: number;
}

export const HELP = `npm run chaos:hosts -- [--events 10000] [--kills 20] [--seed N] [--deadline-s 900]

Writes events through two hosts and by plain SQL, while the hosts, Redis and PostgreSQL are killed or restarted one after
the other, to webhook endpoints that now and then fail or hang. Exits 0 when nothing was lost, no effect came twice, and
the ordered endpoint got each subject's events in order.
`;

export function readOptions(args: string[]): Options | "help" {
  const read = readNumbers(args, { events: 10_000, kills: 20, seed: randomInt(1, 2 ** 31), "deadline-s": 900 });
  if (read === "help") return read;
  const { "deadline-s": deadlineS, ...rest } = read;
  return { ...rest, deadlineMs: deadlineS * 1000 };
}
