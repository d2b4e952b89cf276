import { type Command, readArguments } from "./command.ts";
import { DATABASE_HELP, readPeriod } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- close --period 2026-10 [--by NAME] [--json]

Prices a month that is over for the last time and closes it. Its rows never change again: what comes later is written
beside them by npm run costs -- correct.

  --by NAME   who closes it; the login name unless given

${DATABASE_HELP}Exit codes: 0 closed, 1 the month is not over, closed already, or something failed, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: { period: { type: "string" }, by: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const period = readPeriod(values.period);
    const { close } = await import("./run-ledger.ts");
    const closed = await close(period, values.by);
    if (values.json) io.out(`${JSON.stringify(closed, null, 2)}\n`);
    else {
      io.out(`${period} closed by ${closed.closedBy}\noutput ${closed.outputHash}\n`);
      if (closed.missingRecords > 0) {
        io.err(
          `${closed.missingRecords} invocations left no record, in this month or another: see npm run costs -- completeness\n`,
        );
      }
    }
    return 0;
  },
};
