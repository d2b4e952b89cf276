import { deleteBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { budgetWriterOf } from "#shared/http/budget-writer.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";

export const deleteBudgetRoute = defineRoute({
  operationId: "deleteBudget",
  summary: "Delete a budget",
  tags: ["Costs"],
  scope: "budgets:write",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/costs/budgets/{id}",
  request: { params: IdParam },
  responses: { 204: noContent("Deleted. What it told of stays.") },
});

export const registerDeleteBudget = (edge: Edge) =>
  edge.openapi(deleteBudgetRoute, async (c) => {
    const failure = await deleteBudget(budgetWriterOf(c), c.req.valid("param").id);
    if (failure) throw new ProblemError(failure);
    return c.body(null, 204);
  });
