import { sql } from "#shared/database/sql.ts";
import { listDays, periodOf } from "../ledger/month.ts";
import type { CostBucket, CostFilter, CostReader, CostTrendPoint } from "../read-costs.ts";
import { figureOf, NO_FIGURE, sumFigures } from "./figures.ts";
import { figuresOfRun } from "./figures-of-run.ts";
import { whereCosts } from "./where-costs.ts";

/** How costs went, one point for each day or month of the filter; null figures where nothing was priced. */
export async function costTrend(reader: CostReader, filter: CostFilter, bucket: CostBucket): Promise<CostTrendPoint[]> {
  const { db, scope } = reader;
  const key = bucket === "day" ? sql`day::text` : sql`to_char(day, 'YYYY-MM')`;
  const { executionId } = filter;
  const rows =
    executionId === undefined
      ? await db.query(sumFigures(whereCosts(scope, filter), key, { isSplit: false }))
      : (await figuresOfRun(reader, filter, executionId, ({ day }) => (bucket === "day" ? day : periodOf(day))))
          .figures;
  const found = new Map(rows.map((row) => [row.key, figureOf(row)]));
  const days = listDays(filter.from, filter.to);
  const buckets = bucket === "day" ? days : [...new Set(days.map(periodOf))];
  return buckets.map((name) => ({ bucket: name, ...(found.get(name) ?? NO_FIGURE) }));
}
