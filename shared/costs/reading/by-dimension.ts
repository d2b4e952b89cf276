import type { Page } from "#shared/database/page.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { parseDecimal } from "#shared/kernel/money.ts";
import type { CostDimension, CostFilter, CostPageInput, CostReader, CostRow, CostSort } from "../read-costs.ts";
import { costsByRun } from "./by-run.ts";
import { type FigureRow, figureOf, sumFigures } from "./figures.ts";
import { figuresOfRun, type RunRow } from "./figures-of-run.ts";
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
  const toRow = (row: FigureRow): CostRow => {
    const isMeter = dimension === "meter";
    return {
      key: row.key,
      isAllocated: row.isAllocated,
      quantity: isMeter ? row.quantity : null,
      unit: isMeter && row.key !== null ? unitOf(row.key) : null,
      ...figureOf(row),
    };
  };
  if (filter.executionId !== undefined) {
    const { figures } = await figuresOfRun(reader, filter, filter.executionId, KEY_OF_ROW[dimension]);
    return { items: sortRows(figures.map(toRow), sort), next: null };
  }
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
  return toOffsetPage(rows.map(toRow), page, offset);
}

/** The key of a dimension in a row of a run. */
const KEY_OF_ROW: Record<Exclude<CostDimension, "run">, (row: RunRow) => string | null> = {
  function: ({ function: name }) => name,
  tenant: ({ tenantId }) => tenantId,
  workflow: ({ workflowId }) => workflowId,
  meter: ({ card, meter }) => `${card}/${meter}`,
  day: ({ day }) => day,
  provider: ({ provider }) => provider,
};

/** A run's rows are few: all of them are on the first page. */
function sortRows(rows: CostRow[], { by, direction }: CostSort): CostRow[] {
  const sign = direction === "asc" ? 1 : -1;
  const compare = (a: CostRow, b: CostRow): number => {
    if (by === "key") return (a.key ?? "") < (b.key ?? "") ? -1 : 1;
    return parseDecimal(a[by] ?? "0").cmp(parseDecimal(b[by] ?? "0"));
  };
  return rows.sort((a, b) => sign * compare(a, b));
}
