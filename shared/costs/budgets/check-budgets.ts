import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { tellOnce, toldOf } from "../notices/tell-once.ts";
import { type BudgetStatus, readBudgetStatus } from "./budget-status.ts";
import { dayOf, monthBefore, monthOf } from "./days.ts";
import { listBudgets } from "./keep-budgets.ts";
import type { Threshold } from "./threshold.ts";

export interface CheckContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly publicUrl: string;
  causedBy(actor: string): Cause;
}

/** Days of a month on which late usage may still carry the month before over a threshold. */
const LATE_DAYS = 5;

/**
 * Compares every budget with the month so far and its forecast, and tells of each threshold that is reached:
 * `costs.budget_crossed`, once per budget, month and threshold. Looks at the month before too while it is open, in the
 * first days of a month.
 * @returns how many were told
 */
export async function checkBudgets(ctx: CheckContext): Promise<number> {
  const today = dayOf(ctx.clock());
  const periods = [monthOf(today), ...(await lateMonth(ctx.db, today))];
  let told = 0;
  for (const budget of await listBudgets({ db: ctx.db, scope: { kind: "platform" } })) {
    for (const period of periods) {
      const status = await readBudgetStatus(ctx.db, budget, period, today);
      told += await tellReached(ctx, status);
    }
  }
  return told;
}

async function lateMonth(db: Database, today: string): Promise<string[]> {
  const before = monthBefore(monthOf(today));
  if (Number(today.slice(8)) > LATE_DAYS) return [];
  const closed = await db.query(sql`select from cost_periods where period = ${before} and state = 'closed'`);
  return closed.length === 0 ? [before] : [];
}

async function tellReached(ctx: CheckContext, status: BudgetStatus): Promise<number> {
  const { budget, period, spent, forecast } = status;
  if (status.reached.length === 0) return 0;
  const keyOf = ({ of, percent }: Threshold) => `budget/${budget.id}/${period}/${of}/${percent}`;
  const known = await toldOf(ctx.db, status.reached.map(keyOf));
  let told = 0;
  for (const threshold of status.reached.filter((each) => !known.has(keyOf(each)))) {
    const isTold = await tellOnce(ctx.db, {
      key: keyOf(threshold),
      event: "costs.budget_crossed",
      tenantId: budget.owner,
      period,
      threshold: { budgetId: budget.id, ...threshold },
      data: {
        budgetId: budget.id,
        name: budget.name,
        tenantId: budget.tenantId,
        function: budget.function,
        period,
        threshold,
        currency: "USD",
        amount: budget.monthlyUsd,
        spent,
        forecast: forecast && { expected: forecast.expected, low: forecast.low, high: forecast.high },
        link: `${ctx.publicUrl}/reports/budgets?period=${period}`,
      },
      cause: ctx.causedBy("system:check-budgets"),
    });
    told += Number(isTold);
  }
  return told;
}
