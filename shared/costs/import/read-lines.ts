import { type CheckReport, collectFindings } from "#shared/costs/focus/check-report.ts";
import { createFocusChecker } from "#shared/costs/focus/focus-checker.ts";
import { identifyVersion } from "#shared/costs/focus/identify.ts";
import { readTable } from "#shared/costs/tabular/read-table.ts";
import { decodeText } from "#shared/costs/tabular/text-source.ts";
import { focusLine } from "./focus-lines.ts";
import type { ImportKind } from "./import-kind.ts";
import type { ImportLine, RejectedRow } from "./import-line.ts";
import { matchColumns } from "./match-columns.ts";
import { mendRow } from "./mend-row.ts";
import { neonLines } from "./neon-lines.ts";
import { collectTolerances, type ToleranceReport } from "./tolerance.ts";
import { upstashLines } from "./upstash-lines.ts";

export interface SourceFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly kind: ImportKind;
  /** Of Neon and Upstash: the card that the quantities are of. */
  readonly card?: string | undefined;
  /** Of Upstash: the month that the statistics are of. */
  readonly period?: string | undefined;
}

export interface ReadLines {
  readonly rows: number;
  readonly lines: readonly ImportLine[];
  readonly rejected: readonly RejectedRow[];
  readonly tolerances: ToleranceReport;
  /** What our rules say of the rows as they were read; of FOCUS rows only. */
  readonly findings: CheckReport | null;
}

/** Reads a provider's file. Throws a SyntaxError when it is not what `kind` says, a RangeError when an option lacks. */
export async function readLines(file: SourceFile): Promise<ReadLines> {
  switch (file.kind) {
    case "focus":
    case "cloudflare-billable-usage":
      return await readFocus(file);
    case "neon":
      return await readAnswer(file, (text) => neonLines(text, file.card ?? "neon/launch"));
    case "upstash": {
      const { period, card } = file;
      if (period === undefined)
        throw new RangeError("Upstash's statistics do not say their month: give --period 2026-10");
      const service = card?.includes("qstash") ? "qstash" : "redis";
      return await readAnswer(file, (text) => upstashLines(text, { period, service }));
    }
  }
}

async function readFocus({ bytes }: SourceFile): Promise<ReadLines> {
  const table = await readTable(bytes);
  const tolerances = collectTolerances();
  for (const { kind, detail } of table.notes) {
    tolerances.add({ kind, row: null, column: null, was: detail, readAs: null });
  }
  const columns = matchColumns(table.header, tolerances.add);
  const header = [...columns.values()];
  const version = identifyVersion(header);
  const findings = collectFindings();
  const checker = createFocusChecker({ dataset: "cost-and-usage", version, onFinding: findings.add });
  checker.header(header);
  const hasDecimalComma = table.notes.some(({ kind, detail }) => kind === "delimiter" && detail === ";");
  const lines: ImportLine[] = [];
  const rejected: RejectedRow[] = [];
  let rows = 0;
  for await (const row of table.rows) {
    rows += 1;
    const mended = mendRow(row, { columns, hasDecimalComma, add: tolerances.add });
    checker.row(mended.cells);
    const line = focusLine(mended, row.cells);
    if ("reason" in line) {
      rejected.push({ row: row.number, reason: line.reason });
      continue;
    }
    lines.push(line);
    if ((mended.cells.BillingPeriodStart ?? null) !== null) continue;
    const told = { row: row.number, column: "BillingPeriodStart", was: "", readAs: line.period };
    tolerances.add({ kind: "billing-period", ...told });
  }
  checker.end();
  const report = findings.report("cost-and-usage", version, rows);
  return { rows, lines, rejected, tolerances: tolerances.report(), findings: report };
}

async function readAnswer(
  { bytes }: SourceFile,
  linesOf: (text: string) => Iterable<ImportLine | { reason: string }>,
): Promise<ReadLines> {
  const { text: pieces, notes } = await decodeText(bytes);
  const tolerances = collectTolerances();
  for (const { kind, detail } of notes) tolerances.add({ kind, row: null, column: null, was: detail, readAs: null });
  let text = "";
  for await (const piece of pieces) text += piece;
  const read = [...linesOf(text)];
  const lines = read.filter((one): one is ImportLine => !("reason" in one));
  const rejected = read.flatMap((one, index) => ("reason" in one ? [{ row: index + 1, reason: one.reason }] : []));
  return { rows: read.length, lines, rejected, tolerances: tolerances.report(), findings: null };
}
