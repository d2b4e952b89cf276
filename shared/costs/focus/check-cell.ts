import type { FocusColumn } from "./column.ts";
import type { Severity } from "./finding.ts";
import { currencyFault, dateTimeFault, decimalFault, isPlaceholder, jsonObjectFault } from "./value-format.ts";

/** What is wrong with one cell: the rule's name after the column's, and why. */
export interface CellFault {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

const error = (rule: string, message: string): CellFault => ({ rule, severity: "error", message });

/** Checks a value of a FOCUS column by itself; the first fault counts. */
export function checkCell(column: FocusColumn, value: string | null): CellFault | undefined {
  const { id, isNullable } = column;
  if (value === null) return isNullable ? undefined : error("not-null", `${id} must have a value`);
  if (value.trim() === "") {
    return error("not-empty", `${id} is an empty text: no value is null, and nothing else`);
  }
  // "None" and the like are names somebody may have; a value the column allows is never one.
  if (isPlaceholder(value) && !column.allowed?.includes(value)) {
    return error("no-placeholder", `"${value}" stands for no value: leave ${id} null`);
  }
  const fault = formatFault(column, value);
  if (fault) return error(fault[0], `${id} ${fault[1]}`);
  if (column.allowed && !column.allowed.includes(value)) {
    const choice = column.allowed.length > 12 ? "the values that FOCUS allows" : column.allowed.join(", ");
    return error("allowed-value", `${id} is none of ${choice}`);
  }
  if (column.isNonNegative && value.startsWith("-")) return error("not-negative", `${id} is below zero`);
  return undefined;
}

function formatFault({ type, isCurrency }: FocusColumn, value: string): [rule: string, fault: string] | undefined {
  const named = (rule: string, fault: string | undefined): [string, string] | undefined =>
    fault === undefined ? undefined : [rule, fault];
  switch (type) {
    case "decimal":
      return named("decimal", decimalFault(value));
    case "date-time":
      return named("date-time", dateTimeFault(value));
    case "json":
      return named("json-object", jsonObjectFault(value));
    case "string":
      return isCurrency ? named("currency", currencyFault(value)) : undefined;
  }
}

/** Checks a value of a column of the provider's own (`x_…`), where less is asked. */
export function checkCustomCell(id: string, value: string | null): CellFault | undefined {
  if (value === null) return undefined;
  if (value.trim() === "" || isPlaceholder(value)) {
    return { rule: "not-empty", severity: "warning", message: `${id} has "${value}" for no value: leave it null` };
  }
  return undefined;
}
