import { stringify } from "csv-stringify/sync";

/** A file that a spreadsheet opens: RFC 4180, with a heading; text that it would take for a formula is kept as text. */
export const toCsv = (header: readonly string[], rows: readonly (readonly (string | null)[])[]): string =>
  stringify([header, ...rows], { record_delimiter: "windows", escape_formulas: true });

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
