import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { EventData } from "#shared/events/catalog.ts";
import { parseDecimal, toFemto } from "#shared/kernel/money.ts";
import { PLATFORM } from "../budgets/budget.ts";
import { listBudgetStatuses, percentOf, usd } from "../budgets/budget-status.ts";
import { boundsOf, monthBefore } from "../budgets/days.ts";

export type ReportStage = EventData<"costs.report_ready">["stage"];
export type ReportData = Omit<EventData<"costs.report_ready">, "noticeId">;

const MOST_MOVERS = 5;

interface Totals {
  effectiveFemto: bigint;
  listFemto: bigint;
  byFunction: Map<string, bigint>;
  hasRows: boolean;
}

/** The figures of a month's report for a tenant, or for the platform about everybody. */
export async function readReportData(
  db: Database,
  { audience, period, stage, publicUrl }: { audience: string; period: string; stage: ReportStage; publicUrl: string },
): Promise<ReportData> {
  const { from, to } = boundsOf(period);
  const now = await readTotals(db, audience, period);
  const before = await readTotals(db, audience, monthBefore(period));
  const scope =
    audience === PLATFORM ? ({ kind: "platform" } as const) : ({ kind: "tenant", tenantId: audience } as const);
  const budgets = await listBudgetStatuses({ db, scope }, period, to);
  const changeFemto = now.effectiveFemto - before.effectiveFemto;
  const hasChange = before.hasRows && before.effectiveFemto !== 0n;
  return {
    period,
    stage,
    audience,
    currency: "USD",
    effective: usd(now.effectiveFemto),
    list: usd(now.listFemto),
    previous: before.hasRows ? usd(before.effectiveFemto) : null,
    changePercent: hasChange ? percentOf(changeFemto, before.effectiveFemto) : null,
    movers: moversOf(before.byFunction, now.byFunction),
    budgets: budgets
      .filter(({ budget }) => budget.owner === audience)
      .map(({ budget, spent, spentPercent }) => ({
        name: budget.name,
        amount: budget.monthlyUsd,
        spent,
        percent: spentPercent,
      })),
    link: `${publicUrl}/reports/?from=${from}&to=${to}`,
  };
}

async function readTotals(db: Database, audience: string, period: string): Promise<Totals> {
  const { from, to } = boundsOf(period);
  const source =
    audience === PLATFORM
      ? sql`(select day, key as function, list_cost, effective_cost from cost_rollups where dimension = 'function')`
      : sql`(select day, function, list_cost, effective_cost from cost_lines where tenant_id = ${audience})`;
  const found = await db.query(sql<{ function: string | null; effective: string; list: string }>`
    select function, coalesce(sum(effective_cost), 0)::text as effective, coalesce(sum(list_cost), 0)::text as list
    from ${source} as rows where day >= ${from}::date and day < ${to}::date group by 1 order by 1`);
  const femto = found.map((row) => ({
    function: row.function ?? "not allocated",
    effective: toFemto(parseDecimal(row.effective)),
    list: toFemto(parseDecimal(row.list)),
  }));
  return {
    effectiveFemto: femto.reduce((sum, { effective }) => sum + effective, 0n),
    listFemto: femto.reduce((sum, { list }) => sum + list, 0n),
    byFunction: new Map(femto.map((row) => [row.function, row.effective])),
    hasRows: found.length > 0,
  };
}

function moversOf(before: ReadonlyMap<string, bigint>, now: ReadonlyMap<string, bigint>): ReportData["movers"] {
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return names
    .map((name) => ({ name, was: before.get(name) ?? 0n, is: now.get(name) ?? 0n }))
    .filter(({ was, is }) => was !== is)
    .sort((a, b) => Number(distance(b) > distance(a)) - Number(distance(b) < distance(a)))
    .slice(0, MOST_MOVERS)
    .map(({ name, was, is }) => ({ function: name, before: usd(was), after: usd(is), change: usd(is - was) }));
}

const distance = ({ was, is }: { was: bigint; is: bigint }): bigint => (is > was ? is - was : was - is);
