import { type CostBasis, readDailyCosts } from "../budgets/daily-costs.ts";
import { addDays } from "../budgets/days.ts";
import type { CostReader } from "../read-costs.ts";
import type { Decomposition } from "./decompose.ts";
import { type DaySpan, explainChange } from "./explain-change.ts";
import { findUnusualDays, type UnusualDay } from "./unusual-days.ts";

/** Days before the first one asked for that it is compared with. */
const LOOK_BACK_DAYS = 56;

export interface UnusualFilter {
  tenantId?: string | undefined;
  function?: string | undefined;
  basis?: CostBasis;
}

/** The days of a span whose cost is far from what such days cost; see {@link findUnusualDays}. Fees are left out. */
export async function readUnusualDays(
  { db, scope }: CostReader,
  { from, to }: DaySpan,
  { tenantId, function: functionName, basis = "effective" }: UnusualFilter = {},
): Promise<UnusualDay[]> {
  const target = {
    tenantId: (scope.kind === "tenant" ? scope.tenantId : tenantId) ?? null,
    function: functionName ?? null,
  };
  const { days, firstDay } = await readDailyCosts(db, target, basis, { from: addDays(from, -LOOK_BACK_DAYS), to });
  return firstDay === undefined ? [] : findUnusualDays(days, { from, to, firstDay });
}

/** Why a day cost what it did: against the same weekday of the week before. */
export const explainDay = (
  reader: CostReader,
  day: string,
  filter: UnusualFilter & { workflowId?: string | undefined; provider?: string | undefined } = {},
): Promise<Decomposition> =>
  explainChange(reader, { from: day, to: addDays(day, 1) }, { from: addDays(day, -7), to: addDays(day, -6) }, filter);
