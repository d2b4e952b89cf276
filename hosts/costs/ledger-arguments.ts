import { daysOf, Period } from "#shared/costs/ledger/month.ts";
import { IsoDate } from "#shared/costs/price-card.ts";
import type { CostFilter } from "#shared/costs/read-costs.ts";
import { UsageError } from "./command.ts";

export const DATABASE_HELP = `The database is DATABASE_URL, else the embedded PostgreSQL in RAINWIRE_DATA_DIR/postgres (default: .rainwire/postgres).
`;

/** Who gives the command, for what is signed: the login name. */
export const operator = (): string => `operator:${process.env.USER ?? process.env.LOGNAME ?? "unknown"}`;

export function readPeriod(text: string | undefined): string {
  const parsed = Period.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    text === undefined ? "say which month: --period 2026-10" : `"${text}" is no month: write it as 2026-10`,
  );
}

/** Options of every command that reads figures. */
export const FILTER_OPTIONS = {
  period: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  tenant: { type: "string" },
  function: { type: "string" },
  workflow: { type: "string" },
  provider: { type: "string" },
  account: { type: "string" },
  meter: { type: "string" },
} as const;

export const FILTER_HELP = `  --period MONTH   e.g. 2026-10; this month unless --from and --to (exclusive) give days
  --tenant, --function, --workflow, --provider, --account, --meter   only what is of these
`;

export function readFilter(values: Partial<Record<keyof typeof FILTER_OPTIONS, string | undefined>>): CostFilter {
  const { period, from, to, tenant, function: name, workflow, provider, account, meter } = values;
  if ((from === undefined) !== (to === undefined)) throw new UsageError("give --from and --to together, or --period");
  for (const day of [from, to]) {
    if (day !== undefined && !IsoDate.safeParse(day).success)
      throw new UsageError(`"${day}" is no day: write it as 2026-10-15`);
  }
  const days =
    from !== undefined && to !== undefined
      ? { from, to }
      : daysOf(readPeriod(period ?? new Date().toISOString().slice(0, 7)));
  return {
    ...days,
    tenantId: tenant,
    function: name,
    workflowId: workflow,
    provider,
    accountId: account,
    meter,
  };
}

/** Rows of cells under heads, padded. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** A figure for the eye; what was not measured says so. */
export const shown = (figure: string | null): string => figure ?? "not measured";
