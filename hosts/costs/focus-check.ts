import type { CheckReport } from "#shared/costs/focus/check-report.ts";
import { checkTable } from "#shared/costs/focus/check-table.ts";
import { FOCUS_DATASETS, FOCUS_VERSIONS } from "#shared/costs/focus/column.ts";
import type { Finding } from "#shared/costs/focus/finding.ts";
import { compareInvoices, sumInvoices } from "#shared/costs/focus/invoice-totals.ts";
import { readTable } from "#shared/costs/tabular/read-table.ts";
import { choice } from "./choice.ts";
import { type CommandIo, readArguments, UsageError } from "./command.ts";
import { sourceBytes } from "./source-bytes.ts";

/** Checks one file, and beside an Invoice Detail the sums of both. */
export async function focusCheck(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: {
      focus: { type: "string" },
      dataset: { type: "string" },
      "invoice-detail": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError("name one file");
  const options = {
    version: choice("focus", values.focus, FOCUS_VERSIONS),
    dataset: choice("dataset", values.dataset, FOCUS_DATASETS),
  };
  const charged = sumInvoices();
  const report = await checkTable(await readTable(sourceBytes(file)), { ...options, onRow: charged.add });
  const beside = values["invoice-detail"];
  const differences = beside === undefined ? [] : [...compareInvoices(charged, await sumsOf(beside))];
  const whole = withFindings(report, differences);
  io.out(values.json ? `${JSON.stringify({ file, ...whole }, null, 2)}\n` : inWords(file, whole));
  return whole.errors > 0 ? 1 : 0;
}

async function sumsOf(file: string) {
  const sums = sumInvoices();
  const table = await readTable(sourceBytes(file));
  for await (const { cells } of table.rows) sums.add(cells);
  return sums;
}

function withFindings(report: CheckReport, more: readonly Finding[]): CheckReport {
  const errors = more.filter(({ severity }) => severity === "error").length;
  return {
    ...report,
    errors: report.errors + errors,
    warnings: report.warnings + more.length - errors,
    byRule: more.length === 0 ? report.byRule : { ...report.byRule, "BilledCost.invoice": more.length },
    findings: [...report.findings, ...more],
  };
}

function inWords(file: string, { dataset, version, rows, errors, warnings, byRule, findings }: CheckReport): string {
  const lines = findings.map(({ severity, row, rule, value, message }) => {
    const where = row === null ? "file" : `row ${row}`;
    return `${severity.padEnd(8)}${where.padEnd(10)}${rule}  ${message}${value === null ? "" : ` [${value}]`}`;
  });
  const total = Object.values(byRule).reduce((sum, count) => sum + count, 0);
  if (total > findings.length) lines.push(`… and ${total - findings.length} more of the same rules`);
  const summary = `${file}: FOCUS ${version} ${dataset}, ${rows} rows, ${errors} errors, ${warnings} warnings`;
  return `${[...lines, summary].join("\n")}\n`;
}
