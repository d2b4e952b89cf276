import { costOfInvocation } from "#shared/costs/read-costs.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";
import { InvocationCost } from "./cost-schema.ts";

export const getInvocationCostRoute = defineRoute({
  operationId: "getInvocationCost",
  summary: "Read the costs of one invocation: what it used, and what each of it cost by which price",
  tags: ["Costs"],
  scope: "usage:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/costs/invocations/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(InvocationCost, "Its costs.") },
});

export const registerGetInvocationCost = (edge: Edge) =>
  edge.openapi(getInvocationCostRoute, async (c) => {
    const cost = await costOfInvocation(costReaderOf(c), c.req.valid("param").id);
    if (!cost) throw new ProblemError(fail("not_found"));
    return c.json(cost, 200);
  });
