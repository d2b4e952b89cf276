import { type Command, readArguments } from "./command.ts";

const HELP = `Usage: npm run costs -- explain --from 2026-11-01 --to 2026-12-01 [--against 2026-10-01..2026-11-01] [options]

Why costs of [from, to) differ from those of another span of days: volume, mix and price, which sum to the difference,
over all and for each meter, function and tenant; and the days of the span that are unlike those before.

  --from DAY --to DAY    the days asked about, the last one excluded
  --against FROM..TO     what they are compared with (of a month, the month before; else as many days)
  --tenant ID, --function NAME, --workflow ID, --provider NAME
                         those costs only
  --basis effective|list shares of invoices (the default), or list prices
  --limit 20             parts that are shown, the largest change first
  --json                 everything as JSON

volume: more or less was used, at the average price before; mix: what grew is dearer or cheaper than the average;
price: a unit costs more or less than before; unexplained: what has no measured quantity.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        from: { type: "string" },
        to: { type: "string" },
        against: { type: "string" },
        tenant: { type: "string" },
        function: { type: "string" },
        workflow: { type: "string" },
        provider: { type: "string" },
        basis: { type: "string", default: "effective" },
        limit: { type: "string", default: "20" },
        json: { type: "boolean", default: false },
      },
    });
    return await (await import("./run-explain.ts")).runExplain(values, io);
  },
};
