const startedMs = performance.now();

const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s`;

/** A chapter of the demo. */
export const chapter = (title: string): void => console.log(`\n${seconds()}  ── ${title}`);

/** One thing that happened. */
export const say = (line: string): void => console.log(`${seconds()}     ${line}`);

/** A table with its columns aligned; numbers to the right. */
export function table(title: string, rows: readonly Record<string, string | number>[]): void {
  console.log(`\n${title}`);
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column] ?? "").length)),
  );
  const line = (cells: (string | number)[]) =>
    `  ${cells.map((cell, i) => (typeof cell === "number" ? String(cell).padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ")}`;
  console.log(line(columns));
  console.log(line(widths.map((width) => "─".repeat(width))));
  for (const row of rows) console.log(line(columns.map((column) => row[column] ?? "")));
}
