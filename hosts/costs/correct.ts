import { type Command, readArguments, UsageError } from "./command.ts";
import { DATABASE_HELP, readPeriod, shown } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- correct --period 2026-10 --reason TEXT [--by NAME] [--json]

Prices a closed month from what is known now, and writes the differences as new rows (FOCUS ChargeClass "Correction").
The rows of the close stay as they are.

  --reason TEXT   why, e.g. "usage of 30 October came late"
  --by NAME       who corrects it; the login name unless given

${DATABASE_HELP}Exit codes: 0 done, 1 the month is open or something failed, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        period: { type: "string" },
        reason: { type: "string" },
        by: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const period = readPeriod(values.period);
    if (values.reason === undefined || values.reason.trim() === "") throw new UsageError("say why: --reason TEXT");
    const { correct } = await import("./run-ledger.ts");
    const corrected = await correct(period, values.reason, values.by);
    if (values.json) io.out(`${JSON.stringify(corrected, null, 2)}\n`);
    else {
      for (const { card, meter, billedCost } of corrected.corrections)
        io.out(`${card}/${meter}  ${shown(billedCost)} USD\n`);
      io.out(`${corrected.corrections.length} corrections\n`);
    }
    return 0;
  },
};
