/** Releases of the FinOps Open Cost and Usage Specification that we read; we write 1.4 and 1.2. */
export const FOCUS_VERSIONS = ["1.2", "1.3", "1.4"] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

export const FOCUS_DATASETS = ["cost-and-usage", "invoice-detail", "billing-period"] as const;
export type FocusDataset = (typeof FOCUS_DATASETS)[number];

export type ColumnType = "string" | "decimal" | "date-time" | "json";

/** Whether a file must have the column: always, when the provider's way of charging has such a thing, or better so. */
export type ColumnLevel = "mandatory" | "conditional" | "recommended";

/** One column of a FOCUS dataset, as the specification's table of columns states it. */
export interface FocusColumn {
  readonly id: string;
  readonly type: ColumnType;
  readonly level: ColumnLevel;
  readonly isNullable: boolean;
  /** The only values it may hold. */
  readonly allowed?: readonly string[];
  /** ISO 4217 code of a national currency. */
  readonly isCurrency?: boolean;
  readonly isNonNegative?: boolean;
  readonly since: FocusVersion;
  /** The last release that has it. */
  readonly until?: FocusVersion;
}

type Extras = Partial<Omit<FocusColumn, "id" | "type" | "level" | "isNullable">>;

/** One line of a table of columns; `null` says that the column may be without a value. */
export const column = (
  id: string,
  type: ColumnType,
  level: ColumnLevel,
  nulls: "null" | "not null",
  extras: Extras = {},
): FocusColumn => ({ id, type, level, isNullable: nulls === "null", since: "1.2", ...extras });

const ordinal = (version: FocusVersion): number => FOCUS_VERSIONS.indexOf(version);

export const isInVersion = ({ since, until }: FocusColumn, version: FocusVersion): boolean =>
  ordinal(since) <= ordinal(version) && (until === undefined || ordinal(version) <= ordinal(until));
