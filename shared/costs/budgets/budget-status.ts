import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { fromFemto, parseDecimal, toDecimalString, toFemto } from "#shared/kernel/money.ts";
import type { CostReader } from "../read-costs.ts";
import type { Budget } from "./budget.ts";
import { readDailyCosts } from "./daily-costs.ts";
import { addDays, boundsOf, earlierOf } from "./days.ts";
import { forecastMonth } from "./forecast.ts";
import { listBudgets } from "./keep-budgets.ts";
import { reachedThresholds, type Threshold } from "./threshold.ts";

/** How a budget stands in a month. Amounts are decimal strings in USD. */
export interface BudgetStatus {
  budget: Budget;
  period: string;
  spent: string;
  /** null while there are fewer than three days to forecast from. */
  forecast: { expected: string; low: string; high: string; learntDays: number } | null;
  /** Of the amount, to one decimal: `82.3`. */
  spentPercent: string;
  forecastPercent: string | null;
  /** Those reached as things stand now. */
  reached: Threshold[];
}

/** Days before today that a forecast may look at. */
const LOOK_BACK_DAYS = 28;

/** @param today the day that is not over, `2026-11-20` (UTC) */
export async function readBudgetStatus(
  db: Database,
  budget: Budget,
  period: string,
  today: string,
): Promise<BudgetStatus> {
  const { from, to } = boundsOf(period);
  const range = { from: earlierOf(from, addDays(today, -LOOK_BACK_DAYS)), to };
  const { days, fees, firstDay } = await readDailyCosts(db, budget, budget.basis, range);
  const sumOf = (all: typeof days) =>
    all.filter(({ day }) => day >= from).reduce((sum, { costFemto }) => sum + costFemto, 0n);
  const fixedFemto = sumOf(fees);
  const spentFemto = fixedFemto + sumOf(days.filter(({ day }) => day <= today));
  const forecast = forecastMonth({ period, today, days, firstDay: firstDay ?? today, fixedFemto });
  const amountFemto = toFemto(parseDecimal(budget.monthlyUsd));
  const expectedFemto = forecast?.expectedFemto;
  return {
    budget,
    period,
    spent: usd(spentFemto),
    forecast: forecast
      ? {
          expected: usd(forecast.expectedFemto),
          low: usd(forecast.lowFemto),
          high: usd(forecast.highFemto),
          learntDays: forecast.learntDays,
        }
      : null,
    spentPercent: percentOf(spentFemto, amountFemto),
    forecastPercent: expectedFemto === undefined ? null : percentOf(expectedFemto, amountFemto),
    reached: reachedThresholds(amountFemto, budget.thresholds, { spentFemto, expectedFemto }),
  };
}

/** A status and when each threshold was told of. */
export interface ReportedBudget extends BudgetStatus {
  crossings: (Threshold & { at: Date; sentAt: Date | null })[];
}

/** Every budget that the reader may see, in a month. */
export async function listBudgetStatuses(reader: CostReader, period: string, today: string): Promise<ReportedBudget[]> {
  const budgets = await listBudgets(reader);
  const crossings = await reader.db.query(sql<{
    budgetId: string;
    percent: number;
    of: string;
    at: Date;
    sentAt: Date | null;
  }>`
    select budget_id, threshold_percent as percent, threshold_of as of, created_at as at, sent_at from cost_notices
    where kind = 'budget' and period = ${period} and budget_id = any(${budgets.map(({ id }) => id)}::uuid[])
    order by created_at, threshold_percent`);
  const statuses: ReportedBudget[] = [];
  for (const budget of budgets) {
    const own = crossings.filter(({ budgetId }) => budgetId === budget.id);
    statuses.push({
      ...(await readBudgetStatus(reader.db, budget, period, today)),
      crossings: own.map(({ percent, of, at, sentAt }) => ({
        percent,
        of: of === "forecast" ? "forecast" : "actual",
        at,
        sentAt,
      })),
    });
  }
  return statuses;
}

export const usd = (femto: bigint): string => toDecimalString(fromFemto(femto));

/** To one decimal, rounded half away from zero; `0.0` of an amount that is 0. */
export function percentOf(partFemto: bigint, wholeFemto: bigint): string {
  if (wholeFemto === 0n) return "0.0";
  const isNegative = partFemto < 0n !== wholeFemto < 0n;
  const [part, whole] = [partFemto < 0n ? -partFemto : partFemto, wholeFemto < 0n ? -wholeFemto : wholeFemto];
  const tenths = (2n * part * 1000n + whole) / (2n * whole);
  return `${isNegative && tenths > 0n ? "-" : ""}${tenths / 10n}.${tenths % 10n}`;
}
