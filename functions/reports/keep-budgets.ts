import { z } from "@hono/zod-openapi";
import { deleteBudget, setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { budgetWriterOf } from "#shared/http/budget-writer.ts";
import { defineRoute, type Edge, FORM } from "#shared/http/edge.ts";
import { orProblem, ProblemError } from "#shared/http/problem.ts";
import { IdParam } from "#shared/http/schemas.ts";
import { linkTo } from "./paths.ts";
import { senderOf } from "./session-form.ts";

const BudgetFields = z.object({
  token: z.string(),
  name: z.string(),
  monthlyUsd: z.string(),
  tenantId: z.string().optional(),
  function: z.string().optional(),
  basis: z.enum(["effective", "list"]),
});

export const setBudgetByFormRoute = defineRoute({
  operationId: "setBudgetByForm",
  summary: "Set a budget",
  tags: ["Forms"],
  scope: "budgets:write",
  problems: ["limit_reached"],
  method: "post",
  path: "/budgets",
  request: { body: { required: true, content: { [FORM]: { schema: BudgetFields } } } },
  responses: { 303: { description: "Set; to the page of budgets." } },
});

export const deleteBudgetByFormRoute = defineRoute({
  operationId: "deleteBudgetByForm",
  summary: "Delete a budget",
  tags: ["Forms"],
  scope: "budgets:write",
  problems: ["not_found"],
  method: "post",
  path: "/budgets/{id}/delete",
  request: {
    params: IdParam,
    body: { required: true, content: { [FORM]: { schema: z.object({ token: z.string() }) } } },
  },
  responses: { 303: { description: "Deleted; to the page of budgets." } },
});

export const registerKeepBudgets = (edge: Edge): void => {
  edge.openapi(setBudgetByFormRoute, async (c) => {
    const { token, tenantId, function: functionName, ...rest } = c.req.valid("form");
    await senderOf(c, token);
    const input = { ...rest, tenantId: tenantId?.trim() || null, function: functionName?.trim() || null };
    orProblem(await setBudget(budgetWriterOf(c), input));
    return c.redirect(linkTo("/budgets"), 303);
  });
  edge.openapi(deleteBudgetByFormRoute, async (c) => {
    await senderOf(c, c.req.valid("form").token);
    const failure = await deleteBudget(budgetWriterOf(c), c.req.valid("param").id);
    if (failure) throw new ProblemError(failure);
    return c.redirect(linkTo("/budgets"), 303);
  });
};
