import type { Page } from "#shared/database/page.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { CostDimension, CostFilter, CostPageInput, CostReader, CostRow, CostSort } from "../read-costs.ts";
import { costsByRun } from "./by-run.ts";
import { figureOf, sumFigures } from "./figures.ts";
import { offsetOf, toOffsetPage } from "./offset-page.ts";
import { unitOf } from "./unit-of.ts";
import { whereCosts } from "./where-costs.ts";

const HIGHEST_FIRST: CostSort = { by: "effectiveCost", direction: "desc" };

const ORDER_BY: Record<CostSort["by"], Statement> = {
  effectiveCost: sql`effective_sum`,
  listCost: sql`list_sum`,
  key: sql`key collate "C"`,
};

/**
 * Costs along a dimension, a page at a time; the highest effective cost first unless told. What no function and no
 * tenant was given is a row of its own, with key null and `isAllocated` false. Runs are listed by list cost or by key.
 */
export async function costsBy(
  reader: CostReader,
  dimension: CostDimension,
  filter: CostFilter,
  page: CostPageInput,
  sort: CostSort = HIGHEST_FIRST,
): Promise<Page<CostRow>> {
  if (dimension === "run") return await costsByRun(reader, filter, page, sort);
  const { db, scope } = reader;
  const needs = dimension === "day" || dimension === "provider" ? [] : [dimension];
  const source = whereCosts(scope, filter, needs);
  const key: Statement = {
    function: source.columns.function,
    tenant: source.columns.tenant,
    workflow: source.columns.workflow,
    meter: sql`card || '/' || ${source.columns.meter}`,
    day: sql`day::text`,
    provider: sql`provider`,
  }[dimension];
  const direction = sort.direction === "asc" ? sql`asc` : sql`desc`;
  const offset = offsetOf(page);
  const rows = await db.query(
    sql`
    select * from (${sumFigures(source, key, { isSplit: true })}) f
    order by ${ORDER_BY[sort.by]} ${direction} nulls last, key collate "C" nulls last, is_allocated desc
    limit ${page.limit + 1} offset ${offset}` as ReturnType<typeof sumFigures>,
  );
  const items = rows.map((row): CostRow => {
    const isMeter = dimension === "meter";
    return {
      key: row.key,
      isAllocated: row.isAllocated,
      quantity: isMeter ? row.quantity : null,
      unit: isMeter && row.key !== null ? unitOf(row.key) : null,
      ...figureOf(row),
    };
  });
  return toOffsetPage(items, page, offset);
}
