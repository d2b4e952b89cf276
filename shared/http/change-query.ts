import { z } from "@hono/zod-openapi";
import { dayOf, spanBefore } from "#shared/costs/budgets/days.ts";
import type { DaySpan } from "#shared/costs/explain/explain-change.ts";
import type { CostFilter } from "#shared/costs/read-costs.ts";
import { fail } from "#shared/kernel/errors.ts";
import { CostQuery, filterOf } from "./cost-query.ts";
import { ProblemError } from "./problem.ts";

const Day = z.union([z.iso.date(), z.literal("")]).optional();

/** Which two spans of days are compared, of which costs. */
export const ChangeQuery = CostQuery.pick({
  period: true,
  from: true,
  to: true,
  tenantId: true,
  function: true,
  workflowId: true,
  provider: true,
}).extend({
  againstFrom: Day.describe("First day of what it is compared with. Default: as many days, right before."),
  againstTo: Day.describe("The day after the last of it."),
});

export function spansOf(
  { againstFrom, againstTo, ...query }: z.infer<typeof ChangeQuery>,
  nowMs: number,
): { filter: CostFilter; against: DaySpan } {
  const filter = filterOf(query, nowMs);
  if (!againstFrom && !againstTo) return { filter, against: spanBefore(filter, dayOf(nowMs)) };
  if (!againstFrom || !againstTo || againstFrom >= againstTo) {
    const detail = "goes with againstTo, the day after the last: give both, in order, or neither";
    throw new ProblemError(fail("invalid_request", undefined, [{ pointer: "query/againstFrom", detail }]));
  }
  return { filter, against: { from: againstFrom, to: againstTo } };
}
