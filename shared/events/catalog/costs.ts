import { z } from "zod";
import { event } from "./event.ts";

const usd = z.string().regex(/^-?\d+(\.\d+)?$/);
const period = z.string().regex(/^\d{4}-\d{2}$/);

const CostReport = z.object({
  noticeId: z.uuid(),
  period,
  stage: z.enum(["preliminary", "final"]).describe("`final` once the period is closed"),
  audience: z.string().describe("The tenant, or `platform` for the costs of all"),
  currency: z.literal("USD"),
  effective: usd,
  list: usd,
  previous: usd.nullable().describe("Effective cost of the month before; null: nothing was recorded"),
  changePercent: z.string().nullable(),
  movers: z.array(z.object({ function: z.string(), before: usd, after: usd, change: usd })),
  budgets: z.array(z.object({ name: z.string(), amount: usd, spent: usd, percent: z.string() })),
  link: z.string(),
});

const BudgetCrossed = z.object({
  noticeId: z.uuid(),
  budgetId: z.uuid(),
  name: z.string(),
  tenantId: z.string().nullable().describe("Whose costs; null: everybody's"),
  function: z.string().nullable().describe("null: every function's"),
  period,
  threshold: z.object({ percent: z.int(), of: z.enum(["actual", "forecast"]) }),
  currency: z.literal("USD"),
  amount: usd,
  spent: usd,
  forecast: z.object({ expected: usd, low: usd, high: usd }).nullable(),
  link: z.string(),
});

const costReport = {
  noticeId: "01900000-0000-8000-8000-000000000007",
  period: "2026-10",
  stage: "final",
  audience: "platform",
  currency: "USD",
  effective: "1234.5",
  list: "1180.25",
  previous: "1100",
  changePercent: "12.2",
  movers: [{ function: "api", before: "700", after: "815.75", change: "115.75" }],
  budgets: [{ name: "Everything", amount: "1500", spent: "1234.5", percent: "82.3" }],
  link: "https://rainwire.example.com/reports/?from=2026-10-01&to=2026-11-01",
} as const;

const budgetCrossed = {
  noticeId: "01900000-0000-8000-8000-000000000008",
  budgetId: "01900000-0000-7000-8000-000000000009",
  name: "Everything",
  tenantId: null,
  function: null,
  period: "2026-11",
  threshold: { percent: 80, of: "actual" },
  currency: "USD",
  amount: "1500",
  spent: "1210.75",
  forecast: { expected: "1702.1", low: "1655.4", high: "1748.8" },
  link: "https://rainwire.example.com/reports/budgets",
} as const;

export const COST_EVENTS = {
  "costs.report_ready": event(
    "The costs of a month are ready to be read: once per period, audience and stage.",
    CostReport,
    {
      ...costReport,
      movers: [...costReport.movers],
      budgets: [...costReport.budgets],
    },
  ),
  "costs.budget_crossed": event(
    "A budget reached a threshold: once per budget, period and threshold.",
    BudgetCrossed,
    budgetCrossed,
  ),
  "costs.usage_incomplete": event(
    "A process served more invocations than left a record: what they cost is not known.",
    z.object({
      processId: z.int(),
      host: z.string(),
      served: z.int(),
      recorded: z.int(),
      missing: z.int(),
      newlyMissing: z.int(),
    }),
    { processId: 4711, host: "node", served: 120_000, recorded: 119_000, missing: 1_000, newlyMissing: 1_000 },
  ),
} as const;
