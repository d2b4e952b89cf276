import type { FocusRow } from "./finding.ts";
import { must, type RowRule } from "./row-rule.ts";

const after = (end: string, start: string): RowRule =>
  must(end, "after-start", [start], (row) => {
    const [from, to] = [row[start], row[end]];
    return typeof from === "string" && typeof to === "string" && to <= from
      ? `${end} is not after ${start}`
      : undefined;
  });

/** An end is the first instant that is not part of it; a last second says that it was meant inclusively. */
const exclusive = (end: string): RowRule =>
  must(end, "exclusive", [], (row) =>
    row[end]?.endsWith("T23:59:59Z") ? `${end} is exclusive: write the midnight after` : undefined,
  );

const isOfItsTime = (row: FocusRow): boolean => row.ChargeCategory === "Usage" && (row.ChargeClass ?? null) === null;

/** Texts of DateTimeFormat sort as the instants they name. */
export const PERIOD_RULES: readonly RowRule[] = [
  after("BillingPeriodEnd", "BillingPeriodStart"),
  after("ChargePeriodEnd", "ChargePeriodStart"),
  exclusive("BillingPeriodEnd"),
  exclusive("ChargePeriodEnd"),
  must(
    "ChargePeriodStart",
    "within-billing-period",
    ["ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd", "ChargeCategory"],
    (row) => {
      const { ChargePeriodStart: from, ChargePeriodEnd: to, BillingPeriodStart: start, BillingPeriodEnd: end } = row;
      if (!isOfItsTime(row) || !from || !to || !start || !end || (start <= from && to <= end)) return undefined;
      return `the usage of ${from} to ${to} lies outside its billing period, and is no Correction`;
    },
  ),
  must("ChargeClass", "closed-period", ["ChargePeriodStart", "BillingPeriodStart"], (row) => {
    const { ChargePeriodStart: from, BillingPeriodStart: start } = row;
    if (row.ChargeClass !== "Correction" || !from || !start || from < start) return undefined;
    return "a Correction mends an earlier, closed billing period: its charge period begins before its billing period";
  }),
];
