import { z } from "@hono/zod-openapi";
import type { CostDimension, CostFilter } from "#shared/costs/read-costs.ts";

/** What costs can be seen by: the word for one, where its rows lead, and the filter that a row stands for. */
export const DIMENSIONS = {
  function: { title: "By function", one: "Function", filter: "function" },
  tenant: { title: "By tenant", one: "Tenant", filter: "tenantId" },
  workflow: { title: "By workflow", one: "Workflow", filter: "workflowId" },
  run: { title: "By workflow run", one: "Run", filter: "executionId" },
  day: { title: "By day", one: "Day (UTC)", filter: null },
  provider: { title: "By provider", one: "Provider", filter: "provider" },
  meter: { title: "By meter", one: "Card and meter", filter: "meter" },
} as const satisfies Record<
  CostDimension,
  { title: string; one: string; filter: Exclude<keyof CostFilter, "from" | "to"> | null }
>;

export const Dimension = z.enum(["function", "tenant", "workflow", "run", "day", "provider", "meter"]);
