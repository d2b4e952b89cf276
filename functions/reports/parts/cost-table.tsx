import { addDays } from "#shared/costs/budgets/days.ts";
import type { CostDimension, CostFilter, CostRow } from "#shared/costs/read-costs.ts";
import { DIMENSIONS } from "../dimensions.ts";
import { linkTo } from "../paths.ts";
import { Amount, Evidence, Quantity } from "./amount.tsx";
import { type Column, DataTable, type Sorting } from "./data-table.tsx";
import { formatQuantity, placesFor } from "./figures.ts";

interface CostTableProps {
  dimension: CostDimension;
  rows: readonly CostRow[];
  filter: CostFilter;
  /** Of tenants, by id. */
  names: ReadonlyMap<string, string>;
  sorting?: Sorting;
  /** Without evidence, quantity and notes: for the overview. */
  isBrief?: boolean;
}

/** Marginal beside effective cost, a row for each function, tenant … */
export function CostTable({ dimension, rows, filter, names, sorting, isBrief }: CostTableProps) {
  const places = placesFor(rows.flatMap(({ effectiveCost, listCost }) => [effectiveCost, listCost]));
  const columns: Column<CostRow>[] = [
    {
      label: DIMENSIONS[dimension].one,
      isHeading: true,
      sortBy: dimension === "run" ? "" : "key",
      cell: (row) => <Key dimension={dimension} row={row} filter={filter} names={names} />,
    },
    ...(dimension === "run" && !isBrief ? runColumns(names) : []),
    ...(dimension === "meter" && !isBrief
      ? [
          {
            label: "Quantity",
            isNumber: true,
            cell: ({ quantity, unit }: CostRow) => <Quantity value={quantity} unit={unit ?? ""} />,
          },
        ]
      : []),
    {
      label: "Marginal cost",
      isNumber: true,
      sortBy: "listCost",
      cell: ({ listCost }) => <Amount value={listCost} places={places} />,
    },
    {
      label: "Effective cost",
      isNumber: true,
      ...(dimension === "run" ? {} : { sortBy: "effectiveCost" }),
      cell: ({ effectiveCost }) => <Amount value={effectiveCost} places={places} />,
    },
    ...(isBrief ? [] : [{ label: "Evidence", cell: (row: CostRow) => <Evidence figure={row} /> }]),
  ];
  return (
    <DataTable
      rows={rows}
      columns={columns.map((column) => (column.sortBy === "" ? withoutSort(column) : column))}
      {...(sorting === undefined ? {} : { sorting })}
      isNote={({ key }) => key === null}
      whenEmpty="Nothing was spent in these days."
    />
  );
}

const withoutSort = ({ sortBy: _, ...column }: Column<CostRow>): Column<CostRow> => column;

const runColumns = (names: ReadonlyMap<string, string>): Column<CostRow>[] => [
  { label: "Workflow", cell: ({ run }) => run?.workflowId ?? "–" },
  { label: "Tenant", cell: ({ run }) => (run?.tenantId ? (names.get(run.tenantId) ?? run.tenantId) : "–") },
  { label: "Day", cell: ({ run }) => <span class="date">{run?.day ?? "–"}</span> },
  { label: "Invocations", isNumber: true, cell: ({ run }) => formatQuantity(String(run?.invocations ?? 0)) },
];

/** What a row is of, leading to where it is taken apart. */
function Key({
  dimension,
  row,
  filter,
  names,
}: Pick<CostTableProps, "dimension" | "filter" | "names"> & { row: CostRow }) {
  const { key } = row;
  if (key === null) return <>{nameOfNone(dimension, row)}</>;
  const { from, to } = filter;
  switch (dimension) {
    case "run":
      return (
        <a href={linkTo(`/runs/${key}`)} class="id" title={key}>
          {shortId(key)}
        </a>
      );
    case "day":
      return <a href={linkTo("", { ...filter, from: key, to: addDays(key, 1) })}>{key}</a>;
    case "meter":
      return (
        <>
          {key.split("/").slice(0, -1).join("/")} <strong>{key.split("/").at(-1)}</strong>
        </>
      );
    case "workflow":
      return <a href={linkTo("/by/run", { ...filter, workflowId: key })}>{key}</a>;
    case "tenant":
      return <a href={linkTo("", { from, to, tenantId: key })}>{names.get(key) ?? key}</a>;
    case "function":
      return <a href={linkTo("/by/workflow", { ...filter, function: key })}>{key}</a>;
    case "provider":
      return <a href={linkTo("/by/meter", { ...filter, provider: key })}>{key}</a>;
  }
}

/** Why a row has no name. */
export function nameOfNone(dimension: CostDimension, { isAllocated }: CostRow): string {
  if (!isAllocated) return "Not allocated";
  if (dimension === "tenant") return "The platform’s own";
  if (dimension === "workflow" || dimension === "run") return "Outside of workflows";
  return "–";
}

/** A row's name where no link can be. */
export const labelOf = (dimension: CostDimension, row: CostRow, names: ReadonlyMap<string, string>): string =>
  row.key === null
    ? nameOfNone(dimension, row)
    : dimension === "run"
      ? shortId(row.key)
      : (names.get(row.key) ?? row.key);

/** The end of an id: its beginning is a time, the same for many. */
const shortId = (id: string): string => `…${id.slice(-12)}`;
