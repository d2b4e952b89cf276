import { columnsOf } from "#shared/costs/focus/columns-of.ts";
import type { Database } from "#shared/database/database.ts";
import type { Charge } from "./charge.ts";
import { chargeRows } from "./charge-rows.ts";
import { OWN_COLUMNS, WRITTEN_COLUMNS } from "./focus-columns.ts";
import { INVOICE_COLUMNS, invoiceRow } from "./invoice-rows.ts";
import { readBilledCharges, readLines } from "./read-charges.ts";
import { type ExportFormat, writeRows } from "./write-rows.ts";

/** The releases that we write. */
export const EXPORT_VERSIONS = ["1.2", "1.4"] as const;
export const EXPORT_DATASETS = ["cost-and-usage", "invoice-detail"] as const;

export interface FocusExport {
  /** Month of billing, `2026-10`. */
  period: string;
  version: (typeof EXPORT_VERSIONS)[number];
  dataset: (typeof EXPORT_DATASETS)[number];
  format: ExportFormat;
  /** Hears of each charge without an amount: FOCUS has no place for what was not measured, and 0 would be a lie. */
  onOmitted?: ((charge: Charge) => void) | undefined;
}

/**
 * A month of the ledger as FOCUS, in pieces of text; the same ledger gives the same bytes. Invoice Detail is there
 * from 1.4 on: with 1.2 it throws a RangeError.
 */
export async function* exportFocus(db: Database, options: FocusExport): AsyncGenerator<string> {
  const { period, version, dataset, format } = options;
  const known = columnsOf(dataset, version);
  if (known.size === 0) throw new RangeError("Invoice Detail is there from FOCUS 1.4 on: leave --focus 1.2 out");
  const columns =
    dataset === "invoice-detail"
      ? INVOICE_COLUMNS
      : [...WRITTEN_COLUMNS.filter((column) => known.has(column)), ...OWN_COLUMNS];
  yield* writeRows(readRows(db, options, await readBilledCharges(db, period)), columns, format);
}

async function* readRows(db: Database, { dataset, onOmitted }: FocusExport, charges: readonly Charge[]) {
  for (const charge of charges) {
    if (charge.amount === null) onOmitted?.(charge);
    else if (dataset === "invoice-detail") yield invoiceRow(charge);
    else yield* chargeRows(await readLines(db, charge));
  }
}
