import type { Child } from "hono/jsx";

export interface Column<Row> {
  label: string;
  cell: (row: Row) => Child;
  isNumber?: boolean;
  /** What the rows are sorted by when the heading is followed. */
  sortBy?: string;
  /** Names the row. */
  isHeading?: boolean;
}

export interface Sorting {
  by: string;
  direction: "asc" | "desc";
  linkTo: (by: string, direction: "asc" | "desc") => string;
}

interface TableProps<Row> {
  caption?: Child;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** A last row of sums: a cell for each column. */
  foot?: readonly Child[];
  sorting?: Sorting;
  /** Said in place of a table without rows. */
  whenEmpty: string;
  isNote?: (row: Row) => boolean;
  className?: string;
}

/** A table that turns into a list of labelled figures on a phone. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  foot,
  sorting,
  whenEmpty,
  isNote,
  className,
}: TableProps<Row>) {
  if (rows.length === 0) return <p class="dim">{whenEmpty}</p>;
  return (
    <table class={className === undefined ? "stack" : `stack ${className}`}>
      {caption === undefined ? "" : <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading column={column} sorting={sorting} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr class={isNote?.(row) ? "of-note" : undefined}>
            {columns.map(({ label, cell, isNumber, isHeading }) =>
              isHeading ? (
                <th scope="row">
                  <span>{cell(row)}</span>
                </th>
              ) : (
                <td class={isNumber ? "number" : undefined} data-label={label}>
                  <span>{cell(row)}</span>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
      {foot === undefined ? (
        ""
      ) : (
        <tfoot>
          <tr>
            {foot.map((cell, index) => {
              const column = columns[index];
              return index === 0 ? (
                <th scope="row">{cell}</th>
              ) : (
                <td
                  class={column?.isNumber ? "number" : undefined}
                  data-label={cell === "" ? undefined : column?.label}
                >
                  {cell === "" ? "" : <span>{cell}</span>}
                </td>
              );
            })}
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function Heading<Row>({ column, sorting }: { column: Column<Row>; sorting?: Sorting | undefined }) {
  const { label, isNumber, sortBy } = column;
  const className = isNumber ? "number" : undefined;
  if (sortBy === undefined || sorting === undefined) {
    return (
      <th scope="col" class={className}>
        {label}
      </th>
    );
  }
  const isSorted = sorting.by === sortBy;
  const next = isSorted && sorting.direction === "desc" ? "asc" : "desc";
  return (
    <th
      scope="col"
      class={className}
      aria-sort={isSorted ? (sorting.direction === "asc" ? "ascending" : "descending") : undefined}
    >
      <a href={sorting.linkTo(sortBy, next)}>
        {label}
        {isSorted ? <span aria-hidden="true">{sorting.direction === "asc" ? " ↑" : " ↓"}</span> : ""}
      </a>
    </th>
  );
}
