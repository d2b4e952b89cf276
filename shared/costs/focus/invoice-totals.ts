import { type Decimal, parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import type { Finding, FocusRow } from "./finding.ts";
import { decimalFault } from "./value-format.ts";

interface Total {
  billed: Decimal;
  rows: number;
}

/** Sums of BilledCost by issuer, invoice and line of it. */
export interface InvoiceTotals {
  add(row: FocusRow): void;
  readonly totals: ReadonlyMap<string, Total>;
}

/** Tax is on the invoice only, and a voided one owes nothing: neither is expected on the other side. */
const isCompared = (row: FocusRow): boolean =>
  (row.InvoiceId ?? null) !== null && row.ChargeCategory !== "Tax" && row.InvoiceIssueStatus !== "Voided";

export function sumInvoices(): InvoiceTotals {
  const totals = new Map<string, Total>();
  return {
    totals,
    add(row) {
      const billed = row.BilledCost;
      if (!isCompared(row) || !billed || decimalFault(billed)) return;
      const key = JSON.stringify([row.InvoiceIssuerName, row.InvoiceId, row.InvoiceDetailId ?? null]);
      const total = totals.get(key) ?? { billed: ZERO, rows: 0 };
      totals.set(key, { billed: total.billed.plus(parseDecimal(billed)), rows: total.rows + 1 });
    },
  };
}

const SUBUNIT = 0.01;

/** Rounding Variance Tolerance (FOCUS 1.4, appendix): max(100 × subunit, √rows × 0.5 × subunit). */
const toleranceOf = (rows: number): Decimal =>
  parseDecimal(Math.max(100 * SUBUNIT, Math.sqrt(rows) * 0.5 * SUBUNIT).toFixed(6));

/**
 * Compares Cost and Usage with Invoice Detail, line by line of each invoice. A difference beyond what FOCUS allows for
 * rounding is an error; a smaller one a warning, since what Rainwire writes has none.
 */
export function* compareInvoices(usage: InvoiceTotals, detail: InvoiceTotals): Generator<Finding> {
  for (const key of new Set([...usage.totals.keys(), ...detail.totals.keys()])) {
    const charged = usage.totals.get(key);
    const invoiced = detail.totals.get(key);
    const difference = (invoiced?.billed ?? ZERO).minus(charged?.billed ?? ZERO);
    if (difference.eq(ZERO)) continue;
    const isRounding = difference.abs().lte(toleranceOf(charged?.rows ?? 0));
    const [issuer, invoice, line] = JSON.parse(key) as (string | null)[]; // safe: made by sumInvoices
    const sum = (total: Total | undefined): string => (total ? toDecimalString(total.billed) : "nothing");
    yield {
      rule: "BilledCost.invoice",
      severity: isRounding ? "warning" : "error",
      column: "BilledCost",
      row: null,
      value: toDecimalString(difference),
      message: `${issuer}, invoice ${invoice}, line ${line ?? "(none)"}: invoiced ${sum(invoiced)}, charged ${sum(charged)}`,
    };
  }
}
