import { sql } from "#shared/database/sql.ts";
import { listDays, periodOf } from "../ledger/month.ts";
import type { CostFilter, CostReader, CostSummary } from "../read-costs.ts";
import { figureOf, NO_FIGURE, sumFigures } from "./figures.ts";
import { figuresOfRun } from "./figures-of-run.ts";
import { type CostSource, tenantOf, whereCosts } from "./where-costs.ts";

/** What it cost altogether, and how far the figures are to be trusted. */
export async function costSummary(reader: CostReader, filter: CostFilter): Promise<CostSummary> {
  const { db, scope } = reader;
  if (filter.executionId !== undefined) return await summaryOfRun(reader, filter, filter.executionId);
  const source = whereCosts(scope, filter);
  const [[total], unallocated, periods, invocations, missingRecords] = await Promise.all([
    db.query(sumFigures(source, sql`null::text`, { isSplit: false })),
    readUnallocated(reader, source),
    readPeriods(reader, filter),
    countInvocations(reader, filter),
    scope.kind === "tenant" ? null : countMissing(reader, filter),
  ]);
  return { currency: "USD", ...figureOf(total ?? NO_FIGURE), unallocated, periods, missingRecords, invocations };
}

async function summaryOfRun(reader: CostReader, filter: CostFilter, executionId: string): Promise<CostSummary> {
  const { figures, invocations } = await figuresOfRun(reader, filter, executionId, () => null);
  const [figure = NO_FIGURE] = figures;
  const periods = await readPeriods(reader, filter);
  return { currency: "USD", ...figureOf(figure), unallocated: "0", periods, missingRecords: null, invocations };
}

async function readUnallocated({ db }: CostReader, { table, where }: CostSource): Promise<string> {
  const [row] = await db.query(sql<{ cost: string }>`
    select trim_scale(coalesce(sum(effective_cost), 0))::text as cost from ${table} where ${where} and not is_allocated`);
  return row?.cost ?? "0";
}

async function readPeriods({ db }: CostReader, { from, to }: CostFilter): Promise<CostSummary["periods"]> {
  const periods = [...new Set(listDays(from, to).map(periodOf))];
  const rows = await db.query(sql<{ state: "open" | "closed" | null } & Omit<CostSummary["periods"][number], "state">>`
    select n as period, p.state, to_char(r.finished_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as priced_at,
      to_char(p.closed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as closed_at, p.closed_by
    from unnest(${periods}::text[]) as n left join cost_periods p on p.period = n left join pricing_runs r on r.id = p.run_id order by n`);
  return rows.map(({ state, ...row }) => ({ ...row, state: state ?? "open" }));
}

async function countInvocations({ db, scope }: CostReader, filter: CostFilter): Promise<number> {
  const parts = [
    sql`day >= ${filter.from}::date and day < ${filter.to}::date`,
    ...[
      [sql`tenant_id`, tenantOf(scope, filter)] as const,
      [sql`function`, filter.function] as const,
      [sql`workflow_id`, filter.workflowId] as const,
    ].flatMap(([column, value]) => (value === undefined ? [] : [sql`${column} = ${value}`])),
  ];
  const where = parts.reduce((all, part) => sql`${all} and ${part}`);
  const [row] = await db.query(sql<{ count: number }>`
    select coalesce(sum(invocations), 0)::bigint as count from usage_cells where ${where}`);
  return row?.count ?? 0;
}

/** Records missing of processes that lived in those days, as far as the alarm has counted them. */
async function countMissing({ db }: CostReader, { from, to }: CostFilter): Promise<number> {
  const [row] = await db.query(sql<{ count: number }>`
    select coalesce(sum(gap_reported), 0)::bigint as count from host_processes
    where started_at < ${to}::date and seen_at >= ${from}::date`);
  return row?.count ?? 0;
}
