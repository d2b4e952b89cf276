import { parse } from "csv-parse/stream";
import { jsonRows } from "./json-rows.ts";
import { cellText, parseLossless } from "./lossless-json.ts";
import { decodeText, type TextNote } from "./text-source.ts";

/** Source text of a cell; null: nothing is written there (CSV: an empty field without quotes). */
export type Cell = string | null;

export interface SourceRow {
  /** The first row of data is 1. */
  readonly number: number;
  readonly cells: Readonly<Record<string, Cell>>;
  /** CSV: fields past the header's last; JSON: never. */
  readonly surplus: readonly Cell[];
  /** CSV: columns for which the line is too short; JSON: members that the first row has and this one has not. */
  readonly absent: readonly string[];
  /** JSON: members that the first row does not have. */
  readonly extra: readonly string[];
}

/** A file of rows, whatever it is written in. Its rows are read once, as they are asked for. */
export interface SourceTable {
  readonly format: "csv" | "json";
  readonly notes: readonly TextNote[];
  /** As written; of JSON the members of the first row. */
  readonly header: readonly string[];
  readonly rows: AsyncIterable<SourceRow>;
}

const LONGEST_LINE = 16_000_000;

/** Reads CSV, JSON or JSON Lines, gzipped or not. Throws a SyntaxError that says what is wrong with the file as such. */
export async function readTable(bytes: AsyncIterable<Uint8Array>): Promise<SourceTable> {
  const { text, notes, start } = await decodeText(bytes);
  if (/^\s*[[{]/.test(start)) return readJson(text, notes);
  return readCsv(text, start, notes);
}

async function readJson(text: AsyncIterable<string>, notes: TextNote[]): Promise<SourceTable> {
  const rows = jsonRows(text);
  const first = await rows.next();
  const header = first.done ? [] : Object.keys(rowOf(first.value));
  async function* read(): AsyncGenerator<SourceRow> {
    if (first.done) return;
    let number = 0;
    for (let row: IteratorResult<string> = first; !row.done; row = await rows.next())
      yield jsonRow(rowOf(row.value), header, ++number);
  }
  return { format: "json", notes, header, rows: read() };
}

const rowOf = (text: string) => parseLossless(text) as Record<string, unknown>; // safe: jsonRows cuts objects only

function jsonRow(members: Record<string, unknown>, header: readonly string[], number: number): SourceRow {
  const cells = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, cellText(value) ?? null]));
  return {
    number,
    cells,
    surplus: [],
    absent: header.filter((name) => !(name in members)),
    extra: Object.keys(members).filter((name) => !header.includes(name)),
  };
}

async function readCsv(text: AsyncIterable<string>, start: string, notes: TextNote[]): Promise<SourceTable> {
  const delimiter = delimiterOf(start);
  if (delimiter !== ",") notes.push({ kind: "delimiter", detail: delimiter === "\t" ? "tab" : delimiter });
  const lines = csvLines(text, delimiter);
  const first = await lines.next();
  const header = first.done ? [] : first.value.map((name) => name ?? "");
  while (header.at(-1) === "") header.pop();
  if (header.length === 0) throw new SyntaxError("the file has no header: its first line names the columns");
  async function* read(): AsyncGenerator<SourceRow> {
    let number = 0;
    for await (const fields of lines) yield csvRow(fields, header, ++number);
  }
  return { format: "csv", notes, header, rows: read() };
}

function csvRow(fields: readonly Cell[], header: readonly string[], number: number): SourceRow {
  const cells: Record<string, Cell> = {};
  // Of a column that is there twice the first counts.
  for (let i = header.length - 1; i >= 0; i--) cells[header[i] ?? ""] = fields[i] ?? null;
  return { number, cells, surplus: fields.slice(header.length), absent: header.slice(fields.length), extra: [] };
}

/** The mark that the first line has most of, outside quotes. */
function delimiterOf(start: string): string {
  const line = (start.split(/\r?\n/, 1)[0] ?? "").replace(/"[^"]*"/g, "");
  const count = (mark: string): number => line.split(mark).length;
  return [",", ";", "\t"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

async function* csvLines(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<Cell[]> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
    cast: (value, { quoting }) => (value === "" && !quoting ? null : value),
  });
  const encoder = new TextEncoder();
  const source = ReadableStream.from(text).pipeThrough(
    new TransformStream<string, Uint8Array>({
      transform: (chunk, controller) => controller.enqueue(encoder.encode(chunk)),
    }),
  );
  try {
    for await (const record of source.pipeThrough(parser)) yield record as Cell[]; // safe: without `columns` a record is its fields
  } catch (error) {
    throw new SyntaxError(`the CSV cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
