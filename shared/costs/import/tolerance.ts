/** Something of a file that was read otherwise than it is written, because what was meant is beyond doubt. */
export interface Tolerance {
  readonly kind: ToleranceKind;
  /** Row of data, the first being 1; null: of the file or its header. */
  readonly row: number | null;
  readonly column: string | null;
  readonly was: string;
  readonly readAs: string | null;
}

export type ToleranceKind =
  | "gzip"
  | "byte-order-mark"
  | "encoding"
  | "delimiter"
  | "column-name" // other case, spaces or underscores
  | "column-unknown" // kept, not used
  | "column-repeated" // the first counts
  | "trailing-fields" // empty fields past the header
  | "short-row" // missing fields are null
  | "null-word"
  | "spaces"
  | "thousands-separators"
  | "decimal-comma"
  | "exponent"
  | "currency-sign"
  | "number-form" // plus sign, zeros in front, a point without digits, parentheses
  | "date-only"
  | "date-offset"
  | "date-form" // a space for the T, fractions of a second, no zone (read as UTC)
  | "inclusive-end"
  | "currency-case"
  | "billing-period"; // without one: the month of the charge

export interface ToleranceReport {
  /** How often, by `kind` or `kind column`. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first of each. */
  readonly examples: readonly Tolerance[];
}

const MOST_EXAMPLES_OF_EACH = 100;

/** Counts tolerances and keeps the first of each kind and column. */
export function collectTolerances() {
  const counts = new Map<string, number>();
  const examples: Tolerance[] = [];
  return {
    add(tolerance: Tolerance): void {
      const key = tolerance.column === null ? tolerance.kind : `${tolerance.kind} ${tolerance.column}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= MOST_EXAMPLES_OF_EACH) examples.push(tolerance);
    },
    report: (): ToleranceReport => ({
      counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      examples,
    }),
  };
}
