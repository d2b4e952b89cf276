import { AMOUNT_RULES } from "./amount-rules.ts";
import { CATEGORY_RULES } from "./category-rules.ts";
import { type CellFault, checkCell, checkCustomCell } from "./check-cell.ts";
import { checkHeader } from "./check-header.ts";
import type { FocusColumn, FocusDataset, FocusVersion } from "./column.ts";
import { columnsOf } from "./columns-of.ts";
import { costAndUsageFileRules, type FileRule, invoiceDetailFileRules } from "./file-rules.ts";
import type { Finding, FocusRow } from "./finding.ts";
import { INVOICE_RULES } from "./invoice-rules.ts";
import { NULL_RULES } from "./null-rules.ts";
import { PERIOD_RULES } from "./period-rules.ts";
import type { RowRule } from "./row-rule.ts";

export interface FocusCheckerOptions {
  readonly dataset: FocusDataset;
  readonly version: FocusVersion;
  readonly onFinding: (finding: Finding) => void;
}

/** Takes a file row by row, in order: header, rows, end. Holds sums and ids, never the rows. */
export interface FocusChecker {
  header(columns: readonly string[]): void;
  row(row: FocusRow): void;
  end(): void;
}

/** Most columns say the same row after row: what the last value came to is kept. */
interface CheckedColumn {
  readonly id: string;
  readonly column: FocusColumn | undefined;
  value: string | null | undefined;
  fault: CellFault | undefined;
}

const ROW_RULES: Readonly<Record<FocusDataset, readonly RowRule[]>> = {
  "cost-and-usage": [...NULL_RULES, ...AMOUNT_RULES, ...PERIOD_RULES, ...CATEGORY_RULES],
  "invoice-detail": [...PERIOD_RULES, ...INVOICE_RULES],
  "billing-period": PERIOD_RULES,
};

const FILE_RULES: Readonly<Record<FocusDataset, () => FileRule[]>> = {
  "cost-and-usage": costAndUsageFileRules,
  "invoice-detail": invoiceDetailFileRules,
  "billing-period": () => [],
};

/** Our rules for a file of FOCUS: each cell by itself, the cells of a row, the rows of the file. Pure. */
export function createFocusChecker({ dataset, version, onFinding }: FocusCheckerOptions): FocusChecker {
  const known = columnsOf(dataset, version);
  let cells: readonly CheckedColumn[] = [];
  let rowRules: readonly RowRule[] = [];
  let fileRules: readonly FileRule[] = [];
  let number = 0;

  /** The columns whose cells are wrong by themselves: what reads them would only say so again. */
  function checkCells(row: FocusRow): Set<string> {
    const faulty = new Set<string>();
    for (const cell of cells) {
      const { id, column } = cell;
      const value = row[id] ?? null;
      if (value !== cell.value) {
        cell.value = value;
        cell.fault = column ? checkCell(column, value) : checkCustomCell(id, value);
      }
      const { fault } = cell;
      if (!fault) continue;
      faulty.add(id);
      onFinding({ ...fault, rule: `${id}.${fault.rule}`, column: id, row: number, value });
    }
    return faulty;
  }

  return {
    header(columns) {
      const present = new Set(columns);
      const isReadable = (reads: readonly string[]) => reads.every((column) => present.has(column));
      for (const finding of checkHeader(columns, known)) onFinding(finding);
      cells = [...present].map((id) => ({ id, column: known.get(id), value: undefined, fault: undefined }));
      rowRules = ROW_RULES[dataset].filter(({ reads }) => isReadable(reads) && reads.every((id) => known.has(id)));
      fileRules = FILE_RULES[dataset]().filter(({ reads }) => isReadable(reads));
    },
    row(row) {
      number += 1;
      const faulty = checkCells(row);
      const isSound = (reads: readonly string[]) => faulty.size === 0 || !reads.some((column) => faulty.has(column));
      for (const { column, name, reads, severity, fault } of rowRules) {
        const message = isSound(reads) ? fault(row) : undefined;
        if (message === undefined) continue;
        onFinding({ rule: `${column}.${name}`, severity, column, row: number, value: row[column] ?? null, message });
      }
      for (const rule of fileRules) {
        const finding = isSound(rule.reads) ? rule.row(row, number) : undefined;
        if (finding) onFinding(finding);
      }
    },
    end() {
      for (const rule of fileRules) for (const finding of rule.end()) onFinding(finding);
    },
  };
}
