import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { CHECKS } from "./checks.ts";
import { openDoctorContext } from "./context.ts";
import { formatReport, jsonReport, worstOf } from "./format-report.ts";
import { runChecks } from "./run-checks.ts";

const HELP = `npm run doctor [-- --json]

Says what is configured, reachable and behind, and how to mend it. Starts and changes nothing.
Ends with 1 when something keeps Rainwire from its work, else with 0.
`;

const rootDir = resolve(import.meta.dirname, "../../..");

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const ctx = await openDoctorContext(rootDir, process.env);
  try {
    const reports = await runChecks(CHECKS, ctx);
    process.stdout.write(values.json ? jsonReport(reports) : formatReport(reports, process.stdout.isTTY === true));
    return worstOf(reports) === "fail" ? 1 : 0;
  } finally {
    await ctx.close();
  }
}

main().then(
  // A check that ran out of time may still hold a connection.
  (code) => process.stdout.write("", () => process.exit(code)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
