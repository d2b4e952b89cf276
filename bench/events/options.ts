import { parseArgs } from "node:util";

export interface Options {
  sizes: Sizes;
  parts: ReadonlySet<Part>;
  /** Prints the statements that took longest, and leaves a CPU profile of the host in this folder. */
  profileDir: string | undefined;
}

export interface Sizes {
  warmUpEvents: number;
  tuningEvents: number;
  idleEvents: number;
  throughputEvents: number;
  halfLoadSeconds: number;
  crowdSeconds: number;
}

const PARTS = ["rainwire", "bullmq", "variants", "dead"] as const;
export type Part = (typeof PARTS)[number];

const FULL: Sizes = {
  warmUpEvents: 3_000,
  tuningEvents: 5_000,
  idleEvents: 300,
  throughputEvents: 40_000,
  halfLoadSeconds: 15,
  crowdSeconds: 15,
};
const QUICK: Sizes = {
  warmUpEvents: 2_000,
  tuningEvents: 1_500,
  idleEvents: 50,
  throughputEvents: 8_000,
  halfLoadSeconds: 4,
  crowdSeconds: 5,
};

export const HELP = `npm run bench:events -- [--quick] [--only rainwire,bullmq,variants,dead] [--profile FOLDER]

Brings events that are committed in PostgreSQL to a webhook receiver: by a Rainwire host, and by BullMQ on Redis with a
worker that posts them; the same with a transaction for each event, and with an outbox before BullMQ; then 1,000 endpoints
of which 50 are dead. Exits 0 when every target was met.
`;

export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", default: PARTS.join(",") },
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const parts = values.only.split(",").map((named) => {
    const part = PARTS.find((each) => each === named);
    if (!part) throw new Error(`--only takes ${PARTS.join(", ")}, not ${named}.`);
    return part;
  });
  return { sizes: values.quick ? QUICK : FULL, parts: new Set(parts), profileDir: values.profile };
}
