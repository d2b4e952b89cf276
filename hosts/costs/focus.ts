import { type Command, UsageError } from "./command.ts";
import { DATABASE_HELP } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- focus check FILE [--focus 1.2|1.3|1.4] [--dataset NAME] [--invoice-detail FILE] [--json]
       npm run costs -- focus export --period 2026-10 [--focus 1.2|1.4] [--format csv|json|spreadsheet]
                                     [--dataset cost-and-usage|invoice-detail] [--out FILE]

check    reads a FOCUS file (CSV, JSON or JSON Lines, gzipped or not; "-" is standard input) as it is written and says
         which rules it breaks, each named by its column. Files of any size: one row is held at a time.
  --focus           the release to check by; found out from the columns when not given
  --dataset         cost-and-usage, invoice-detail or billing-period; found out from the columns when not given
  --invoice-detail  also compares the sums of BilledCost with that Invoice Detail file
  --json            the report as JSON: rule, severity, column, row, value, message of each finding

export   writes a month of the ledger as FOCUS, to standard output or to a file.
  --format          csv and json are FOCUS as it stands; spreadsheet is CSV that Excel, Calc and Sheets open without
                    losing digits

${DATABASE_HELP}Exit codes: 0 in order, 1 errors found or not to be done, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run([action, ...args], io) {
    if (action === "check") return await (await import("./focus-check.ts")).focusCheck(args, io);
    if (action === "export") return await (await import("./focus-export.ts")).focusExport(args, io);
    throw new UsageError("say check or export");
  },
};
