import { randomInt } from "node:crypto";
import { readNumbers } from "../processes/read-numbers.ts";

export interface Options {
  /** Driving events to be written. */
  events: number;
  kills: number;
  /** Decides where the kills fall and what the receiver does with each request. */
  seed: number;
  /** Webhook requests in flight at most. */
  concurrency: number;
  /** The run fails when work is left after this long. */
  deadlineMs: number;
  shouldProfile: boolean;
}

export const HELP = `npm run chaos:events -- [--events 10000] [--kills 20] [--seed N] [--concurrency 16] [--deadline-s 600] [--profile]

Sends events through a real host that is killed with SIGKILL again and again, to a receiver that fails one in five and
hangs one in fifty. Exits 0 when nothing was lost, no effect came twice and order was kept per subject.
`;

export function readOptions(args: string[]): Options | "help" {
  const seed = randomInt(1, 2 ** 31);
  const defaults = { events: 10_000, kills: 20, seed, concurrency: 16, "deadline-s": 600 };
  const read = readNumbers(args, defaults, { flags: ["profile"] });
  if (read === "help") return read;
  const { "deadline-s": deadlineS, profile: shouldProfile, ...rest } = read;
  return { ...rest, deadlineMs: deadlineS * 1000, shouldProfile };
}
