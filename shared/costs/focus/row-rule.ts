import type { FocusVersion } from "./column.ts";
import type { FocusRow, Severity } from "./finding.ts";

/** A rule across the columns of one row. */
export interface RowRule {
  /** After the column's name: `product` of `ListCost.product`. */
  readonly name: string;
  /** The column that is wrong when the rule is broken; further ones that the rule reads. */
  readonly column: string;
  readonly reads: readonly string[];
  readonly severity: Severity;
  readonly since?: FocusVersion;
  /** Why the row breaks the rule; undefined when it does not. Called when the cells it reads are right by themselves. */
  readonly fault: (row: FocusRow) => string | undefined;
}

type Fault = RowRule["fault"];

/** A MUST: `must("ListCost", "product", ["ListUnitPrice"], (row) => …)`. */
export const must = (column: string, name: string, reads: readonly string[], fault: Fault): RowRule => ({
  column,
  name,
  reads: [column, ...reads],
  severity: "error",
  fault,
});

/** A SHOULD, or what is likely a mistake. */
export const should = (column: string, name: string, reads: readonly string[], fault: Fault): RowRule => ({
  ...must(column, name, reads, fault),
  severity: "warning",
});
