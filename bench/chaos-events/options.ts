import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

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

/** Throws, naming the option, for anything that is not a whole number. */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      events: { type: "string", default: "10000" },
      kills: { type: "string", default: "20" },
      seed: { type: "string", default: String(randomInt(1, 2 ** 31)) },
      concurrency: { type: "string", default: "16" },
      "deadline-s": { type: "string", default: "600" },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const whole = (name: "events" | "kills" | "seed" | "concurrency" | "deadline-s"): number => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 0)
      throw new Error(`--${name} takes a whole number, not ${values[name]}.`);
    return number;
  };
  return {
    events: whole("events"),
    kills: whole("kills"),
    seed: whole("seed"),
    concurrency: whole("concurrency"),
    deadlineMs: whole("deadline-s") * 1000,
    shouldProfile: values.profile,
  };
}
