import type { FocusColumn } from "./column.ts";
import type { Finding, Severity } from "./finding.ts";

/** Columns that mean something only beside each other. */
const COMPANIONS: readonly (readonly [column: string, needs: string])[] = [
  ["ConsumedQuantity", "ConsumedUnit"],
  ["ConsumedUnit", "ConsumedQuantity"],
  ["SkuPriceId", "SkuId"],
  ["SkuId", "SkuPriceId"],
  ["SkuPriceId", "ListUnitPrice"],
  ["ListUnitPrice", "SkuPriceId"],
  ["SkuMeter", "SkuId"],
  ["ResourceName", "ResourceId"],
  ["ResourceType", "ResourceId"],
  ["SubAccountName", "SubAccountId"],
  ["SubAccountType", "SubAccountId"],
  ["AllocatedResourceId", "AllocatedMethodId"],
  ["AllocatedMethodId", "AllocatedResourceId"],
  ["AllocatedMethodDetails", "AllocatedMethodId"],
  ["AllocatedTags", "AllocatedMethodId"],
  ["InvoiceDetailId", "InvoiceId"],
  ["RegionName", "RegionId"],
];

const CUSTOM_NAME = /^x_[A-Z][A-Za-z0-9]*$/;
const MOST_NAME_CHARACTERS = 50;

const finding = (rule: string, severity: Severity, column: string, message: string): Finding => ({
  rule: `${column}.${rule}`,
  severity,
  column,
  row: null,
  value: null,
  message,
});

/** Checks which columns a file has, and what its own are called. */
export function checkHeader(header: readonly string[], known: ReadonlyMap<string, FocusColumn>): Finding[] {
  const present = new Set(header);
  return [...missing(present, known), ...unknown(header, known), ...repeated(header), ...misplaced(header)];
}

function* missing(present: ReadonlySet<string>, known: ReadonlyMap<string, FocusColumn>): Generator<Finding> {
  for (const { id, level } of known.values()) {
    if (level === "mandatory" && !present.has(id)) yield finding("present", "error", id, `${id} is mandatory`);
  }
  for (const [column, needs] of COMPANIONS) {
    if (present.has(column) && known.has(needs) && !present.has(needs)) {
      yield finding("companion", "error", needs, `${column} is there without ${needs}`);
    }
  }
}

function* unknown(header: readonly string[], known: ReadonlyMap<string, FocusColumn>): Generator<Finding> {
  const proper = new Map([...known.keys()].map((id) => [id.toLowerCase(), id]));
  for (const column of new Set(header)) {
    if (known.has(column)) continue;
    const meant = proper.get(column.toLowerCase());
    if (meant !== undefined) {
      yield finding("case", "error", column, `${column} is spelt ${meant}`);
    } else if (!column.startsWith("x_")) {
      yield finding("known", "error", column, `"${column}" is no column of FOCUS: own columns begin with x_`);
    } else if (!CUSTOM_NAME.test(column)) {
      yield finding("pascal-case", "warning", column, `own columns are written x_PascalCase, letters and digits only`);
    } else if (column.length > MOST_NAME_CHARACTERS) {
      yield finding("length", "warning", column, `the name is longer than ${MOST_NAME_CHARACTERS} characters`);
    }
  }
}

function* repeated(header: readonly string[]): Generator<Finding> {
  for (const column of new Set(header.filter((name, index) => header.indexOf(name) !== index))) {
    yield finding("once", "error", column, `${column} is in the header more than once`);
  }
}

/** FOCUS has no rule of order; own columns last is a convention that readers by position rely on. */
function* misplaced(header: readonly string[]): Generator<Finding> {
  const lastOfFocus = header.findLastIndex((column) => !column.startsWith("x_"));
  for (const column of header.slice(0, Math.max(0, lastOfFocus))) {
    if (column.startsWith("x_")) yield finding("last", "warning", column, `own columns stand at the end`);
  }
}
