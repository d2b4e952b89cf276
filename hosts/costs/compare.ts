import { type Command, readArguments } from "./command.ts";

const HELP = `Usage: npm run costs -- compare --workload FILE --stack A --stack B [options]

Prices a month of one workload on two stacks and prints the statement: volumes, assumptions, price dates, each line with
its evidence, exclusions, totals, the difference and what part of A it is. Where inputs are ranges, so are the results:
all inputs at their low end, and all at their high end.

  --workload FILE     one that ships (claim-750-users), or a file
  --stack NAME|FILE   twice; one that ships (see below), or a file
  --date 2026-10-15   the day whose prices hold (the workload's)
  --volume users=750  another value of a volume; may be repeated
  --rate EUR=1.16     an exchange rate, in US dollars; may be repeated
  --from 10 --to 1000000 --points 31
                      the break-even table: over the workload's scale, on a logarithmic axis
  --chart FILE.svg    the same as a picture
  --claim 1747..1770,393..416
                      at which volume A and B cost that much, and what is saved there
  --json              everything as one JSON document

Stacks: rainwire-cloudflare, rainwire-cloudflare-n8n-cloud, rainwire-self-hosted, aws-serverless, aws-always-on.
Exit codes: 0 done, 1 something has no price or is not in order, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        workload: { type: "string" },
        stack: { type: "string", multiple: true, default: [] },
        date: { type: "string" },
        volume: { type: "string", multiple: true, default: [] },
        rate: { type: "string", multiple: true, default: [] },
        from: { type: "string", default: "10" },
        to: { type: "string", default: "1000000" },
        points: { type: "string", default: "31" },
        chart: { type: "string" },
        claim: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return await (await import("./run-compare.ts")).runCompare(values, io);
  },
};
