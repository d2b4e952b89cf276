import { join } from "#shared/database/identifier.ts";
import { sql } from "#shared/database/sql.ts";
import { columnsOfWeight, partsOfWeight, type Sums, weightOf } from "../ledger/row-weight.ts";
import type { CostReader } from "../read-costs.ts";
import type { CellRow } from "./cell-rows.ts";
import { type Amounts, splitAmounts } from "./row-shares.ts";

/** One step below a cell: a run's part of it, or an hour's without a run. */
export interface SliceOf {
  cellId: number;
  executionId: string | null;
  hour: number;
  /** Share of each of the cell's rows, in their order. */
  shares: { row: CellRow; amounts: Amounts }[];
}

/** Splits the rows of cells on among their slices, and gives those that are asked for. */
export async function splitOnSlices(
  { db }: CostReader,
  rows: readonly CellRow[],
  isWanted: (slice: { cellId: number; executionId: string | null; hour: number }) => boolean,
): Promise<SliceOf[]> {
  const weighed = rows.map((row) => ({
    row,
    parts: partsOfWeight({ ...row.item, isByCount: row.isByCount }),
  }));
  const cellIds = [...new Set(rows.flatMap(({ cellId }) => (cellId === null ? [] : [cellId])))];
  const columns = columnsOfWeight(weighed.flatMap(({ parts }) => parts)).map(
    (column) => sql`${column}::text as ${column}`,
  );
  if (cellIds.length === 0) return [];
  const slices = await db.query(sql<Sums & { cellId: number; executionId: string | null; hour: number }>`
    select cell_id, execution_id, hour, ${join(columns, ", ")} from usage_slices
    where cell_id = any(${cellIds}::bigint[]) order by cell_id, execution_id nulls first, hour`);
  return cellIds.flatMap((cellId) => {
    const ofCell = slices.filter((slice) => slice.cellId === cellId);
    const split = weighed
      .filter(({ row }) => row.cellId === cellId)
      .map(({ row, parts }) => {
        const weights = ofCell.map((slice) => weightOf(parts, row.item.function ?? "", slice));
        return { row, weights, shares: splitAmounts(row.amounts, weights) };
      });
    return ofCell.flatMap(({ executionId, hour }, i) => {
      if (!isWanted({ cellId, executionId, hour })) return [];
      const shares = split.flatMap(({ row, weights, shares: of }) =>
        of[i] === undefined || (row.item.evidence === "unknown" && weights[i] === 0n) ? [] : [{ row, amounts: of[i] }],
      );
      return [{ cellId, executionId, hour, shares }];
    });
  });
}
