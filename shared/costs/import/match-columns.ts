import { FOCUS_VERSIONS } from "#shared/costs/focus/column.ts";
import { columnsOf } from "#shared/costs/focus/columns-of.ts";
import type { Tolerance } from "./tolerance.ts";

const plain = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();

const KNOWN = new Map(
  FOCUS_VERSIONS.flatMap((version) => [...columnsOf("cost-and-usage", version).keys()]).map((id) => [plain(id), id]),
);

/** Which column of FOCUS each column of a file is; others keep their name. Repeated ones are left out but the first. */
export function matchColumns(header: readonly string[], add: (tolerance: Tolerance) => void): Map<string, string> {
  const columns = new Map<string, string>();
  const taken = new Set<string>();
  for (const [index, name] of header.entries()) {
    const id = KNOWN.get(plain(name)) ?? name;
    const tell = (kind: Tolerance["kind"], readAs: string | null): void =>
      add({ kind, row: null, column: id, was: name, readAs });
    if (header.indexOf(name) !== index || taken.has(id)) {
      tell("column-repeated", null);
      continue;
    }
    if (id !== name) tell("column-name", id);
    else if (!KNOWN.has(plain(name)) && !name.startsWith("x_")) tell("column-unknown", null);
    taken.add(id);
    columns.set(name, id);
  }
  return columns;
}
