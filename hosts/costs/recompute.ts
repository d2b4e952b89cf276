import { type Command, readArguments } from "./command.ts";
import { DATABASE_HELP, readPeriod } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- recompute --period 2026-10 [--json]

Rolls up the usage records that have come, and prices an open month anew. The same inputs give the same rows, byte for
byte: the hashes of inputs and output say so, and "changed" counts the rows that were written.

${DATABASE_HELP}Exit codes: 0 done, 1 the month is closed or something failed, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: { period: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const period = readPeriod(values.period);
    const { recompute } = await import("./run-ledger.ts");
    const done = await recompute(period);
    if (values.json) io.out(`${JSON.stringify(done, null, 2)}\n`);
    else {
      io.out(`${done.rolledUp.packs} packs with ${done.rolledUp.records} records rolled up\n`);
      io.out(`${period}: ${done.priced.charges} charges, ${done.priced.lines} rows, ${done.priced.changed} changed\n`);
      io.out(`inputs ${done.priced.inputHash}\noutput ${done.priced.outputHash}\n`);
    }
    return 0;
  },
};
