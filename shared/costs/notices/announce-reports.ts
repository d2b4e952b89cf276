import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { PLATFORM } from "../budgets/budget.ts";
import type { CheckContext } from "../budgets/check-budgets.ts";
import { boundsOf, dayOf, monthBefore, monthOf } from "../budgets/days.ts";
import { type ReportStage, readReportData } from "./report-data.ts";
import { tellOnce, toldOf } from "./tell-once.ts";

/** Closings that are looked back on, should nobody have been there to tell of them. */
const CLOSED_WITHIN_DAYS = 45;

/**
 * Tells of each report that is due: `costs.report_ready`, once per month, audience and stage. The month before is due as
 * `preliminary` once it was priced after its end (a day later in any case); a month that was closed as `final`, and a
 * preliminary report that is not out by then is left out. Audiences are the platform and every tenant with costs.
 * @returns how many were told
 */
export async function announceReports(ctx: CheckContext): Promise<number> {
  const today = dayOf(ctx.clock());
  let told = 0;
  for (const { period, stage } of await findDue(ctx.db, today)) told += await announcePeriod(ctx, period, stage);
  return told;
}

async function findDue(db: Database, today: string): Promise<{ period: string; stage: ReportStage }[]> {
  const before = monthBefore(monthOf(today));
  const { to } = boundsOf(before);
  const [closed, priced] = await db.batch([
    sql<{ period: string }>`select period from cost_periods where state = 'closed' and period < ${monthOf(today)}
      and (closed_at > ${today}::date - ${CLOSED_WITHIN_DAYS}::int or period = ${before}) order by period`,
    sql`select from pricing_runs where period = ${before} and started_at >= ${to}::date limit 1`,
  ]);
  const isClosed = closed.some(({ period }) => period === before);
  const isPriced = priced.length > 0 || today > to;
  return [
    ...closed.map(({ period }) => ({ period, stage: "final" as const })),
    ...(isPriced && !isClosed ? [{ period: before, stage: "preliminary" as const }] : []),
  ];
}

/** What closing a month may call at once, instead of waiting for the task. */
export async function announcePeriod(ctx: CheckContext, period: string, stage: ReportStage): Promise<number> {
  const { from, to } = boundsOf(period);
  const tenants = await ctx.db.query(sql<{ tenantId: string }>`
    select distinct key as tenant_id from cost_rollups where dimension = 'tenant' and key is not null
      and day >= ${from}::date and day < ${to}::date order by 1`);
  const audiences = [PLATFORM, ...tenants.map(({ tenantId }) => tenantId)];
  const keyOf = (audience: string) => `report/${audience}/${period}/${stage}`;
  const known = await toldOf(ctx.db, audiences.map(keyOf));
  let told = 0;
  for (const audience of audiences.filter((each) => !known.has(keyOf(each)))) {
    const isTold = await tellOnce(ctx.db, {
      key: keyOf(audience),
      event: "costs.report_ready",
      tenantId: audience,
      period,
      data: await readReportData(ctx.db, { audience, period, stage, publicUrl: ctx.publicUrl }),
      cause: ctx.causedBy("system:report-costs"),
    });
    told += Number(isTold);
  }
  return told;
}
