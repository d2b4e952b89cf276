import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

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

/** Throws, naming the option, for anything that is not a whole number. */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      events: { type: "string", default: "10000" },
      kills: { type: "string", default: "20" },
      seed: { type: "string", default: String(randomInt(1, 2 ** 31)) },
      "deadline-s": { type: "string", default: "900" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const whole = (name: "events" | "kills" | "seed" | "deadline-s"): number => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 0)
      throw new Error(`--${name} takes a whole number, not ${values[name]}.`);
    return number;
  };
  return {
    events: whole("events"),
    kills: whole("kills"),
    seed: whole("seed"),
    deadlineMs: whole("deadline-s") * 1000,
  };
}
