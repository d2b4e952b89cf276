import type { CostDimension, CostRow, CostTrendPoint } from "#shared/costs/read-costs.ts";
import { toCsv } from "./csv.ts";

const evidenceOf = ({ evidence }: Pick<CostRow, "evidence">): string => evidence.map((part) => part.class).join(" ");

/** Rows of a dimension; amounts in USD with all their digits, and nothing where nothing was measured. */
export function costRowsCsv(
  dimension: CostDimension,
  rows: readonly CostRow[],
  {
    names = new Map(),
    isForSpreadsheet = false,
  }: { names?: ReadonlyMap<string, string>; isForSpreadsheet?: boolean } = {},
): string {
  const isRun = dimension === "run";
  const isMeter = dimension === "meter";
  const isTenant = dimension === "tenant";
  return toCsv(
    [
      dimension,
      ...(isTenant ? ["tenant_name"] : []),
      ...(isRun ? ["workflow", "tenant", "day", "invocations"] : []),
      ...(isMeter ? ["quantity", "unit"] : []),
      ...["list_cost_usd", "effective_cost_usd", "is_allocated", "evidence", "unmeasured_invocations"],
    ],
    rows.map((row) => [
      row.key,
      ...(isTenant ? [names.get(row.key ?? "") ?? null] : []),
      ...(isRun
        ? [row.run?.workflowId ?? null, row.run?.tenantId ?? null, row.run?.day ?? null, String(row.run?.invocations)]
        : []),
      ...(isMeter ? [row.quantity, row.unit] : []),
      row.listCost,
      row.effectiveCost,
      String(row.isAllocated),
      evidenceOf(row),
      String(row.unmeasured),
    ]),
    { isForSpreadsheet },
  );
}

export const costTrendCsv = (bucket: string, points: readonly CostTrendPoint[]): string =>
  toCsv(
    [bucket, "list_cost_usd", "effective_cost_usd", "evidence", "unmeasured_invocations"],
    points.map((point) => [
      point.bucket,
      point.listCost,
      point.effectiveCost,
      evidenceOf(point),
      String(point.unmeasured),
    ]),
    { isForSpreadsheet: false },
  );
