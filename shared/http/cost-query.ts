import { z } from "@hono/zod-openapi";
import { boundsOf, countDays, dayOf, monthOf } from "#shared/costs/budgets/days.ts";
import type { CostFilter, CostReader } from "#shared/costs/read-costs.ts";
import { fail } from "#shared/kernel/errors.ts";
import { ProblemError } from "./problem.ts";

const LONGEST_DAYS = 1100;

const name = z.string().trim().max(200).optional();

/** Which costs are asked for. The API, the pages and the command line call these the same. */
export const CostQuery = z.object({
  period: z
    .string()
    .regex(/^(\d{4}-(0[1-9]|1[0-2]))?$/, "is not a month, such as 2026-10")
    .optional()
    .describe("A month, `2026-10`, in place of `from` and `to`."),
  from: z
    .union([z.iso.date(), z.literal("")])
    .optional()
    .describe("First day (UTC). Default: the first of this month."),
  to: z
    .union([z.iso.date(), z.literal("")])
    .optional()
    .describe("The day after the last. Default: a month after the first of `from`'s month."),
  tenantId: name.describe("Only for who reads all tenants' costs; others see their own whatever it says."),
  function: name,
  workflowId: name,
  provider: name.describe("As on the price card, e.g. `Cloudflare`."),
  accountId: name.describe("A billing account."),
  executionId: z
    .union([z.uuid(), z.literal("")])
    .optional()
    .describe("A workflow run."),
  meter: name.describe("Of a price card, e.g. `cpu-ms`."),
});
export type CostQuery = z.infer<typeof CostQuery>;

/** The filter as its reader may see it: a tenant has no choice of tenants. */
export function filterFor({ scope }: CostReader, { tenantId, ...filter }: CostFilter): CostFilter {
  return scope.kind === "platform" && tenantId !== undefined ? { ...filter, tenantId } : filter;
}

/** What the verbs take. Throws a problem when the days are not in order or too many. */
export function filterOf(query: CostQuery, nowMs: number): CostFilter {
  const { from, to } = spanOf(query, nowMs);
  if (from >= to) throw invalid("to", `is not after from (${from}): it is the day after the last`);
  if (countDays(from, to) > LONGEST_DAYS) {
    throw invalid("from", `is more than ${LONGEST_DAYS} days before to: ask for less`);
  }
  const { tenantId, function: functionName, workflowId, provider, accountId, executionId, meter } = query;
  return {
    from,
    to,
    ...given({ tenantId, function: functionName, workflowId, provider, accountId, executionId, meter }),
  };
}

/** The month, or the days, that a query means. */
function spanOf({ period, from, to }: CostQuery, nowMs: number): { from: string; to: string } {
  if (period) return boundsOf(period);
  const start = from || `${monthOf(dayOf(nowMs))}-01`;
  return { from: start, to: to || boundsOf(monthOf(start)).to };
}

const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== "")) as Partial<T>; // safe: members left out, none changed

const invalid = (field: string, detail: string): ProblemError =>
  new ProblemError(fail("invalid_request", "See `errors` for each field.", [{ pointer: `query/${field}`, detail }]));
