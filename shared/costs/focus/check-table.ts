import type { SourceRow, SourceTable } from "#shared/costs/tabular/read-table.ts";
import { type CheckReport, collectFindings } from "./check-report.ts";
import type { FocusDataset, FocusVersion } from "./column.ts";
import type { Finding, FocusRow } from "./finding.ts";
import { createFocusChecker } from "./focus-checker.ts";
import { identifyDataset, identifyVersion } from "./identify.ts";

export interface CheckOptions {
  /** Found out from the columns when not given. */
  readonly dataset?: FocusDataset | undefined;
  readonly version?: FocusVersion | undefined;
  /** Sees each row after it was checked. */
  readonly onRow?: (row: FocusRow) => void;
}

/** Checks a file as it is written: strictly, without mending anything. Holds one row at a time. */
export async function checkTable(table: SourceTable, options: CheckOptions = {}): Promise<CheckReport> {
  const dataset = options.dataset ?? identifyDataset(table.header);
  const version = options.version ?? identifyVersion(table.header);
  const findings = collectFindings();
  const checker = createFocusChecker({ dataset, version, onFinding: findings.add });
  checker.header(table.header);
  let rows = 0;
  for await (const row of table.rows) {
    rows += 1;
    for (const finding of shapeFindings(row)) findings.add(finding);
    checker.row(row.cells);
    options.onRow?.(row.cells);
  }
  checker.end();
  return findings.report(dataset, version, rows);
}

function* shapeFindings({ number, surplus, absent, extra }: SourceRow): Generator<Finding> {
  const broken = (rule: string, message: string): Finding => ({
    rule: `file.${rule}`,
    severity: "error",
    column: null,
    row: number,
    value: null,
    message,
  });
  if (surplus.length > 0) yield broken("row-length", `the row has ${surplus.length} fields more than the header`);
  if (absent.length > 0) yield broken("row-length", `the row lacks ${absent.join(", ")}`);
  if (extra.length > 0) yield broken("row-length", `the first row does not have ${extra.join(", ")}`);
}
