import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { parseDecimal, toFemto } from "#shared/kernel/money.ts";
import type { DailyCost } from "./forecast.ts";
import type { BUDGET_BASES } from "./tables.ts";

export type CostBasis = (typeof BUDGET_BASES)[number];

/** Whose costs: null means everybody's, or every function's. */
export interface CostTarget {
  tenantId: string | null;
  function: string | null;
}

export interface DailyCosts {
  /** What goes with use; days without a row are left out. */
  days: DailyCost[];
  /** Flat fees, by the day that they were given to. */
  fees: DailyCost[];
  /** The first day with costs of this target, whenever that was; undefined: it never had any. */
  firstDay: string | undefined;
}

/** The rows that hold a target's costs: rollups where one dimension is enough, else the lines. */
export function costRowsOf({ tenantId, function: functionName }: CostTarget): Statement {
  if (tenantId !== null && functionName !== null) {
    return sql`cost_lines where tenant_id = ${tenantId} and function = ${functionName}`;
  }
  if (tenantId !== null) return sql`cost_rollups where dimension = 'tenant' and key = ${tenantId}`;
  if (functionName !== null) return sql`cost_rollups where dimension = 'function' and key = ${functionName}`;
  return sql`cost_rollups where dimension = 'meter'`;
}

export const costColumn = (basis: CostBasis): Statement => (basis === "list" ? sql`list_cost` : sql`effective_cost`);

/** Costs by day of `[from, to)`. */
export async function readDailyCosts(
  db: Database,
  target: CostTarget,
  basis: CostBasis,
  { from, to }: { from: string; to: string },
): Promise<DailyCosts> {
  const rows = costRowsOf(target);
  const cost = costColumn(basis);
  const [days, [first]] = await db.batch([
    sql<{ day: string; isFee: boolean; cost: string }>`
      select day::text as day, evidence = 'flat' as is_fee, sum(${cost})::text as cost from ${rows}
        and day >= ${from}::date and day < ${to}::date and ${cost} is not null group by 1, 2 order by 1, 2`,
    sql<{ day: string | null }>`select min(day)::text as day from ${rows}`,
  ]);
  const ofKind = (isFee: boolean) =>
    days
      .filter((row) => row.isFee === isFee)
      .map((row) => ({ day: row.day, costFemto: toFemto(parseDecimal(row.cost)) }));
  return { days: ofKind(false), fees: ofKind(true), firstDay: first?.day ?? undefined };
}
