import { BudgetInput } from "#shared/costs/budgets/budget.ts";
import { setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { budgetWriterOf } from "#shared/http/budget-writer.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { Budget } from "./budget-schema.ts";

export const setBudgetRoute = defineRoute({
  operationId: "setBudget",
  summary: "Set the budget of a tenant, a function, both, or all",
  description: "One for each tenant and function: setting it again changes it. A tenant sets budgets of its own costs.",
  tags: ["Costs"],
  scope: "budgets:write",
  problems: ["limit_reached"],
  method: "put",
  path: "/v1/costs/budgets",
  request: jsonBody(BudgetInput),
  responses: { 200: jsonAnswer(Budget, "The budget as it is now.") },
});

export const registerSetBudget = (edge: Edge) =>
  edge.openapi(setBudgetRoute, async (c) =>
    c.json(toJson(orProblem(await setBudget(budgetWriterOf(c), c.req.valid("json")))), 200),
  );
