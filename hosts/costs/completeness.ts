import { type Command, readArguments } from "./command.ts";
import { DATABASE_HELP } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- completeness [--json]

Compares the invocations that each process says it served with the records that it left, and tells of a gap as the event
costs.usage_incomplete, once for each that is new or has grown.

${DATABASE_HELP}Exit codes: 0 no gap, 1 records are missing or something failed, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({ args, options: { json: { type: "boolean", default: false } } });
    const { completeness } = await import("./run-ledger.ts");
    const gaps = await completeness();
    if (values.json) io.out(`${JSON.stringify(gaps, null, 2)}\n`);
    else if (gaps.length === 0) io.out("every invocation that was counted left its record\n");
    for (const { processId, host, served, recorded, missing } of values.json ? [] : gaps) {
      io.out(`process ${processId} (${host}): served ${served}, recorded ${recorded}, missing ${missing}\n`);
    }
    return gaps.length === 0 ? 0 : 1;
  },
};
