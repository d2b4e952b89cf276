/** `error` breaks a MUST of the specification, or of arithmetic; `warning` a SHOULD, or what is likely a mistake. */
export type Severity = "error" | "warning";

/** What a rule found, for machines as for people. */
export interface Finding {
  /** `<Column>.<what>`, such as `ListCost.product`; `file.<what>` of the file as a whole. */
  readonly rule: string;
  readonly severity: Severity;
  readonly column: string | null;
  /** Row of data, the first being 1; null when it is of the header or of the file. */
  readonly row: number | null;
  /** The source text of the cell. */
  readonly value: string | null;
  readonly message: string;
}

/** A row as it is written: source text by column; null is no value, and a column that the row lacks is undefined. */
export type FocusRow = Readonly<Record<string, string | null | undefined>>;
