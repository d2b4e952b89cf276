import { stringify } from "csv-stringify/sync";

/**
 * `csv` and `json` are FOCUS as it stands. `spreadsheet` is CSV for Excel, Calc and Sheets: with a byte order mark, and
 * with whatever they would cut, round or run as a formula written as text.
 */
export const EXPORT_FORMATS = ["csv", "json", "spreadsheet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

type Row = Readonly<Record<string, string | null>>;

const ROWS_A_CHUNK = 500;

/** Rows as pieces of a text, some hundred rows each. No value is an empty field in CSV, null in JSON. */
export async function* writeRows(
  rows: AsyncIterable<Row>,
  columns: readonly string[],
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === "json") yield* writeJson(rows, columns);
  else yield* writeCsv(rows, columns, format === "spreadsheet");
}

/** RFC 4180: CRLF, quotes where they are needed. */
async function* writeCsv(rows: AsyncIterable<Row>, columns: readonly string[], isGuarded: boolean) {
  const cell = (row: Row, column: string): string | null => {
    const value = row[column] ?? null;
    return isGuarded && value !== null ? guardForSpreadsheet(value) : value;
  };
  yield (isGuarded ? "\ufeff" : "") + toCsv([columns]);
  for await (const chunk of chunksOf(rows)) yield toCsv(chunk.map((row) => columns.map((column) => cell(row, column))));
}

const toCsv = (records: (readonly (string | null)[])[]): string => stringify(records, { record_delimiter: "\r\n" });

const MOST_DIGITS = 15;

/**
 * A spreadsheet keeps 15 digits of a number and drops zeros in front, and runs a text that begins with =, +, - or @.
 * Numbers that it holds exactly stay numbers, so that they can be summed; others become texts (`="…"`), and so are texts
 * that look like a number with an exponent.
 */
export function guardForSpreadsheet(value: string): string {
  if (/^-?\d+(\.\d+)?$/.test(value)) {
    const digits = value.replace(/^-?0*\.?0*/, "").replace(".", "").length;
    return digits > MOST_DIGITS || /^-?0\d/.test(value) ? `="${value}"` : value;
  }
  if (/^\d+e\d+$/i.test(value)) return `="${value}"`;
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

/** An array, a row a line. Amounts are texts: a JSON number is read as a float by most, and loses digits. */
async function* writeJson(rows: AsyncIterable<Row>, columns: readonly string[]) {
  let before = "[\n";
  for await (const chunk of chunksOf(rows)) {
    const lines = chunk.map((row) => JSON.stringify(Object.fromEntries(columns.map((id) => [id, row[id] ?? null]))));
    yield before + lines.join(",\n");
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

async function* chunksOf(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < ROWS_A_CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
