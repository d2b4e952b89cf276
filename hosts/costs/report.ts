import type { CostDimension } from "#shared/costs/read-costs.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { DATABASE_HELP, FILTER_HELP, FILTER_OPTIONS, formatTable, readFilter, shown } from "./ledger-arguments.ts";

const DIMENSIONS: readonly CostDimension[] = ["function", "tenant", "workflow", "run", "day", "provider", "meter"];

const HELP = `Usage: npm run costs -- report [--period 2026-10] [--by DIMENSION] [--limit 20] [--json]

What it cost, in USD: at list price (the next unit, without allowances and fees) and effectively (its share of the
invoices), altogether and along a dimension.

  --by DIMENSION   ${DIMENSIONS.join(", ")}; function unless given
${FILTER_HELP}
${DATABASE_HELP}Exit codes: 0 done, 1 something failed, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        ...FILTER_OPTIONS,
        by: { type: "string", default: "function" },
        limit: { type: "string", default: "20" },
        json: { type: "boolean", default: false },
      },
    });
    const dimension = DIMENSIONS.find((name) => name === values.by);
    if (dimension === undefined) throw new UsageError(`--by takes ${DIMENSIONS.join(", ")}, not ${values.by}`);
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new UsageError("--limit is a number from 1 to 1000");
    const filter = readFilter(values);
    const { report } = await import("./run-ledger.ts");
    const { summary, rows, problems } = await report(filter, dimension, limit);
    if (values.json) {
      io.out(`${JSON.stringify({ filter, summary, rows, problems }, null, 2)}\n`);
      return 0;
    }
    io.out(`${filter.from} to ${filter.to} (exclusive), ${summary.invocations} invocations\n`);
    io.out(
      `list ${shown(summary.listCost)}  effective ${shown(summary.effectiveCost)}  of it not allocated ${summary.unallocated} USD\n`,
    );
    for (const { period, state, closedAt, closedBy } of summary.periods) {
      io.out(`${period} ${state}${closedAt === null ? "" : ` since ${closedAt}, by ${closedBy}`}\n`);
    }
    if (summary.missingRecords)
      io.out(`${summary.missingRecords} invocations left no record: what they cost is in no figure\n`);
    io.out("\n");
    io.out(
      formatTable([
        [dimension, "list", "effective", "evidence"],
        ...rows.map((row) => [
          row.key ?? (row.isAllocated ? "(platform)" : "(not allocated)"),
          shown(row.listCost),
          shown(row.effectiveCost),
          row.evidence.map((each) => each.class).join("+"),
        ]),
      ]),
    );
    for (const { card, meter, problem } of problems) io.err(`${card}/${meter} is not priced: ${problem}\n`);
    return 0;
  },
};
