import { readReconciliation } from "#shared/costs/reconcile/read-reconciliation.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { PeriodParam } from "#shared/http/focus-answer.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { CostReconciliation } from "./period-schema.ts";

export const getCostReconciliationRoute = defineRoute({
  operationId: "getCostReconciliation",
  summary: "Read a month beside its invoices, line by line",
  tags: ["Costs"],
  scope: "finance:read",
  method: "get",
  path: "/v1/costs/periods/{period}/reconciliation",
  request: { params: PeriodParam },
  responses: { 200: jsonAnswer(CostReconciliation, "The statement.") },
});

export const registerGetCostReconciliation = (edge: Edge) =>
  edge.openapi(getCostReconciliationRoute, async (c) =>
    c.json(toJson(await readReconciliation(c.get("ctx").db, c.req.valid("param").period)), 200),
  );
