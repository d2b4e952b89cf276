import { type Decimal, parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import type { Finding, FocusRow } from "./finding.ts";

/** A rule across the rows of a file: it sees each row once, keeps sums, and speaks up at once or at the end. */
export interface FileRule {
  /** Columns that the header must have for it to say anything. */
  readonly reads: readonly string[];
  row(row: FocusRow, number: number): Finding | undefined;
  end(): Iterable<Finding>;
}

const keyOf = (row: FocusRow, columns: readonly string[]): string =>
  JSON.stringify(columns.map((column) => row[column] ?? null));

const fileError = (
  rule: string,
  column: string,
  row: number | null,
  value: string | null,
  message: string,
): Finding => ({
  rule: `${column}.${rule}`,
  severity: "error",
  column,
  row,
  value,
  message,
});

/**
 * `value` must be the same wherever the `key` columns are: one parent of a SKU price, one price of it at a time. That
 * is also what keeps the allowance and the overage apart, whose unit prices differ.
 */
function oneValue(rule: string, column: string, key: readonly string[], value: string): FileRule {
  const first = new Map<string, { value: string; row: number }>();
  return {
    reads: [column, value, ...key],
    row(row, number) {
      const stated = row[value];
      if (!row[column] || stated === null || stated === undefined) return undefined;
      const id = keyOf(row, [column, ...key]);
      const known = first.get(id);
      if (!known) {
        first.set(id, { value: stated, row: number });
        return undefined;
      }
      if (known.value === stated) return undefined;
      const message = `${column} has ${value} ${stated} here and ${known.value} in row ${known.row}`;
      return fileError(rule, column, number, row[column], message);
    },
    *end() {},
  };
}

interface Charges {
  row: number;
  origin: Decimal;
  allocated: Decimal;
}

const CHARGE = [
  "InvoiceIssuerName",
  "BillingAccountId",
  "ServiceName",
  "SkuPriceId",
  "ResourceId",
  "ChargeCategory",
  "ChargeClass",
  "ChargePeriodStart",
  "ChargePeriodEnd",
];

/** A charge that is split into allocated ones is billed by the whole or by its parts, never by both. */
function billedOnce(): FileRule {
  const charges = new Map<string, Charges>();
  return {
    reads: ["BilledCost", "AllocatedMethodId"],
    row(row, number) {
      const billed = parseDecimal(row.BilledCost ?? "0");
      if (billed.eq(ZERO)) return undefined;
      const id = keyOf(row, CHARGE);
      const charge = charges.get(id) ?? { row: number, origin: ZERO, allocated: ZERO };
      if ((row.AllocatedMethodId ?? null) === null) charge.origin = charge.origin.plus(billed);
      else charge.allocated = charge.allocated.plus(billed);
      charges.set(id, charge);
      return undefined;
    },
    *end() {
      for (const { row, origin, allocated } of charges.values()) {
        if (origin.eq(ZERO) || !origin.eq(allocated)) continue;
        const message = `the allocated rows repeat the ${toDecimalString(origin)} that the row they split is billed`;
        yield fileError("allocated-once", "BilledCost", row, toDecimalString(allocated), message);
      }
    },
  };
}

/** What purchases cover is recognised on the rows that they cover: over a file that has both, nothing is lost or gained. */
function recognisedInFull(): FileRule {
  const sums = new Map<string, { billed: Decimal; effective: Decimal; isCovering: boolean }>();
  return {
    reads: ["BilledCost", "EffectiveCost", "ChargeCategory"],
    row(row) {
      const id = keyOf(row, ["BillingAccountId", "BillingCurrency", "BillingPeriodStart"]);
      const sum = sums.get(id) ?? { billed: ZERO, effective: ZERO, isCovering: false };
      const [billed, effective] = [parseDecimal(row.BilledCost ?? "0"), parseDecimal(row.EffectiveCost ?? "0")];
      sum.billed = sum.billed.plus(billed);
      sum.effective = sum.effective.plus(effective);
      sum.isCovering ||= row.ChargeCategory === "Purchase" && effective.eq(ZERO) && !billed.eq(ZERO);
      sums.set(id, sum);
      return undefined;
    },
    *end() {
      for (const [id, { billed, effective, isCovering }] of sums) {
        if (!isCovering || billed.eq(effective)) continue;
        const [account, currency, start] = JSON.parse(id) as (string | null)[]; // safe: keyOf made it
        const message = `of ${account} from ${start}: EffectiveCost sums to ${toDecimalString(effective)}, BilledCost to ${toDecimalString(billed)} ${currency}`;
        yield { ...fileError("recognised", "EffectiveCost", null, null, message), severity: "warning" };
      }
    },
  };
}

/** Fresh rules for one file of Cost and Usage. */
export const costAndUsageFileRules = (): FileRule[] => [
  oneValue("one-sku", "SkuPriceId", [], "SkuId"),
  oneValue(
    "one-price",
    "SkuPriceId",
    ["BillingAccountId", "BillingCurrency", "PricingUnit", "ChargePeriodStart", "ChargePeriodEnd"],
    "ListUnitPrice",
  ),
  billedOnce(),
  recognisedInFull(),
];

/** Fresh rules for one file of Invoice Detail. */
export const invoiceDetailFileRules = (): FileRule[] => [
  oneValue("one-currency", "InvoiceId", ["InvoiceIssuerName"], "BillingCurrency"),
  oneValue("one-status", "InvoiceId", ["InvoiceIssuerName"], "InvoiceIssueStatus"),
];
