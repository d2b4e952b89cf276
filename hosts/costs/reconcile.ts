import { readReconciliation } from "#shared/costs/reconcile/read-reconciliation.ts";
import type { Reconciliation, StatementLine } from "#shared/costs/reconcile/statement.ts";
import { type Command, readArguments } from "./command.ts";
import { DATABASE_HELP, formatTable, readPeriod } from "./ledger-arguments.ts";
import { withDatabase } from "./open-database.ts";

const HELP = `Usage: npm run costs -- reconcile --period 2026-10 [--json]

Puts a month of the ledger beside the invoices and usage statements imported for it: for each line what was invoiced,
metered, allocated and not attributed, the difference, and a status. Differences are told, never spread.

  matched          the same quantity and cost
  within-rounding  the same quantity, and a cost that differs by rounding
  under-metered    the invoice has more than we metered;  over-metered: less
  price-differs    the same quantity at another cost
  not-metered      a line of the invoice that nothing of ours stands beside
  no-invoice       metered, and nothing was imported for it

${DATABASE_HELP}Exit codes: 0 told, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: { period: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const period = readPeriod(values.period);
    const statement = await withDatabase((db) => readReconciliation(db, period));
    io.out(values.json ? `${JSON.stringify(statement, null, 2)}\n` : inWords(statement));
    return 0;
  },
};

const COLUMNS: readonly [title: string, figure: (line: StatementLine) => string | null][] = [
  ["account", ({ accountId }) => accountId ?? "(none)"],
  ["line", ({ description }) => description],
  ["invoiced", ({ invoicedCost }) => invoicedCost],
  ["metered", ({ meteredCost }) => meteredCost],
  ["allocated", ({ allocatedCost }) => allocatedCost],
  ["unattributed", ({ unattributedCost }) => unattributedCost],
  ["difference", ({ difference }) => difference],
  ["", ({ currency }) => currency],
  ["status", ({ status }) => status],
];

function inWords({ period, lines, totals }: Reconciliation): string {
  const table = [
    COLUMNS.map(([title]) => title),
    ...lines.map((line) => COLUMNS.map(([, figure]) => figure(line) ?? "-")),
  ];
  const hints = new Set(lines.flatMap(({ settles, accountId }) => settles.map(({ hint }) => `${accountId}: ${hint}`)));
  return [
    `${period}: ${lines.length} lines`,
    formatTable(table).trimEnd(),
    ...totals.map(
      ({ accountId, currency, invoicedCost, meteredCost, difference }) =>
        `total ${accountId ?? "(none)"}: invoiced ${invoicedCost}, metered ${meteredCost}, difference ${difference} ${currency}`,
    ),
    ...hints,
    "",
  ].join("\n");
}
