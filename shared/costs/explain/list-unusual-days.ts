import { readDailyCosts } from "../budgets/daily-costs.ts";
import { addDays, countDays } from "../budgets/days.ts";
import type { CostReader } from "../read-costs.ts";
import type { ChangeFilter, DaySpan } from "./explain-change.ts";
import { findUnusualDays, type UnusualDay } from "./unusual-days.ts";

/** Weeks before the span that its days are compared with. */
const LOOK_BACK_DAYS = 56;
const LONGEST_DAYS = 400;

/**
 * The days of a span whose cost that goes with use is far from that of the days before, see {@link findUnusualDays}.
 * A tenant's reader sees its own costs. Of a longer span the last 400 days are looked at.
 * @param today days from here on are not over, and not judged
 */
export async function listUnusualDays(
  { db, scope }: CostReader,
  { from, to }: DaySpan,
  { tenantId, function: functionName }: Pick<ChangeFilter, "tenantId" | "function">,
  today: string,
): Promise<UnusualDay[]> {
  const start = countDays(from, to) > LONGEST_DAYS ? addDays(to, -LONGEST_DAYS) : from;
  const end = to < today ? to : today;
  const target = {
    tenantId: scope.kind === "tenant" ? scope.tenantId : (tenantId ?? null),
    function: functionName ?? null,
  };
  const { days, firstDay } = await readDailyCosts(db, target, "effective", {
    from: addDays(start, -LOOK_BACK_DAYS),
    to: end,
  });
  return firstDay === undefined ? [] : findUnusualDays(days, { from: start, to: end, firstDay });
}
