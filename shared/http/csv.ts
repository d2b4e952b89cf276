import { stringify } from "csv-stringify/sync";
import { guardForSpreadsheet } from "#shared/costs/focus-export/write-rows.ts";

/**
 * RFC 4180 with a heading. For a spreadsheet what it would cut, round or run as a formula is written as text, after a
 * byte order mark; programs get each value as it is.
 */
export function toCsv(
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  { isForSpreadsheet }: { isForSpreadsheet: boolean },
): string {
  const guarded = isForSpreadsheet
    ? rows.map((row) => row.map((cell) => (cell === null ? null : guardForSpreadsheet(cell))))
    : rows;
  return (isForSpreadsheet ? "\ufeff" : "") + stringify([header, ...guarded], { record_delimiter: "windows" });
}

export const csvHeaders = (fileName: string): Record<string, string> => ({
  "content-type": "text/csv; charset=utf-8; header=present",
  "content-disposition": `attachment; filename="${fileName}"`,
  "cache-control": "no-store",
});

/** Whether a caller would rather have CSV than JSON (RFC 9110 §12.5.1, the first of the two that is named). */
export function prefersCsv(accept: string | undefined): boolean {
  const named = (accept ?? "").split(",").map((part) => part.split(";")[0]?.trim().toLowerCase());
  const csv = named.indexOf("text/csv");
  const json = named.indexOf("application/json");
  return csv >= 0 && (json < 0 || csv < json);
}
