import type { ColumnType } from "#shared/costs/focus/column.ts";
import { FOCUS_VERSIONS } from "#shared/costs/focus/column.ts";
import { columnsOf } from "#shared/costs/focus/columns-of.ts";
import { currencyFault, isPlaceholder } from "#shared/costs/focus/value-format.ts";
import type { SourceRow } from "#shared/costs/tabular/read-table.ts";
import { readInstant } from "./read-instant.ts";
import { readNumber } from "./read-number.ts";
import type { Tolerance, ToleranceKind } from "./tolerance.ts";

const TYPES = new Map<string, ColumnType>(
  FOCUS_VERSIONS.flatMap((version) => [...columnsOf("cost-and-usage", version).values()]).map(({ id, type }) => [
    id,
    type,
  ]),
);

export interface MendOptions {
  /** Name in the file → column. */
  readonly columns: ReadonlyMap<string, string>;
  readonly hasDecimalComma: boolean;
  readonly add: (tolerance: Tolerance) => void;
}

/** A row as it was meant; what could not be told keeps its text, and `faults` says why. */
export interface MendedRow {
  readonly cells: Readonly<Record<string, string | null>>;
  /** As written, by column. */
  readonly written: Readonly<Record<string, string | null>>;
  readonly faults: ReadonlyMap<string, string>;
}

/** Reads a row of a FOCUS file as it was meant, telling of everything that it overlooks. */
export function mendRow(row: SourceRow, { columns, hasDecimalComma, add }: MendOptions): MendedRow {
  const cells: Record<string, string | null> = {};
  const texts: Record<string, string | null> = {};
  const faults = new Map<string, string>();
  const tell = (kind: ToleranceKind, column: string | null, was: string, readAs: string | null): void =>
    add({ kind, row: row.number, column, was, readAs });
  if (row.surplus.some((cell) => (cell ?? "").trim() !== "")) faults.set("", "it has more fields than the header");
  else if (row.surplus.length > 0) tell("trailing-fields", null, `${row.surplus.length} empty fields`, null);
  if (row.absent.length > 0) tell("short-row", null, row.absent.join(", "), null);
  for (const [name, column] of columns) {
    const written = row.cells[name] ?? null;
    texts[column] = written;
    if (written === null) {
      cells[column] = null;
      continue;
    }
    if (written.trim() === "" || isPlaceholder(written)) {
      tell("null-word", column, written, null);
      cells[column] = null;
      continue;
    }
    const read = readCell(column, written, hasDecimalComma);
    if ("fault" in read) {
      faults.set(column, read.fault);
      cells[column] = written;
      continue;
    }
    for (const kind of read.overlooked) tell(kind, column, written, read.value);
    cells[column] = read.value;
  }
  return { cells, written: texts, faults };
}

function readCell(column: string, written: string, hasDecimalComma: boolean) {
  const type = TYPES.get(column);
  if (type === "decimal") return readNumber(written, hasDecimalComma);
  if (type === "date-time") return readInstant(written, column.endsWith("End"));
  const capitals = written.trim().toUpperCase();
  const isCode = column === "BillingCurrency" && written !== capitals && currencyFault(capitals) === undefined;
  if (isCode) return { value: capitals, overlooked: ["currency-case"] as const };
  return { value: written, overlooked: [] };
}
