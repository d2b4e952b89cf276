import { type Statement, sql } from "#shared/database/sql.ts";
import type { CostFigure } from "../read-costs.ts";
import type { CostSource } from "./where-costs.ts";

/** A row of {@link sumFigures}. */
export interface FigureRow extends CostFigure {
  key: string | null;
  isAllocated: boolean;
  quantity: string | null;
}

/**
 * A query of figures by key, with what each class of evidence contributes.
 * @param isSplit what no function and no tenant was given stands in rows of its own
 */
export function sumFigures(
  { table, where }: CostSource,
  key: Statement,
  { isSplit }: { isSplit: boolean },
): Statement<FigureRow> {
  return sql<FigureRow>`
    select key, is_allocated, trim_scale(sum(quantity))::text as quantity, coalesce(sum(unmeasured), 0)::bigint as unmeasured,
      sum(list_cost) as list_sum, sum(effective_cost) as effective_sum,
      trim_scale(sum(list_cost))::text as list_cost, trim_scale(sum(effective_cost))::text as effective_cost,
      jsonb_agg(jsonb_build_object('class', evidence, 'listCost', trim_scale(list_cost)::text,
        'effectiveCost', trim_scale(effective_cost)::text) order by evidence) as evidence
    from (
      select ${key} as key, ${isSplit ? sql`is_allocated` : sql`true`} as is_allocated, evidence, sum(quantity) as quantity,
        sum(unmeasured) as unmeasured, sum(list_cost) as list_cost, sum(effective_cost) as effective_cost
      from ${table} where ${where} group by 1, 2, 3) by_evidence
    group by key, is_allocated`;
}

/** The figure in a row, and nothing else of it. */
export const figureOf = ({ listCost, effectiveCost, evidence, unmeasured }: CostFigure): CostFigure => ({
  listCost,
  effectiveCost,
  evidence,
  unmeasured,
});

export const NO_FIGURE: CostFigure = { listCost: null, effectiveCost: null, evidence: [], unmeasured: 0 };
