import { costOfRun } from "#shared/costs/read-costs.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";
import { RunCost } from "./cost-schema.ts";

export const getRunCostRoute = defineRoute({
  operationId: "getRunCost",
  summary: "Read the costs of one workflow run: its meters, its models' tokens and its invocations",
  tags: ["Costs"],
  scope: "usage:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/costs/runs/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(RunCost, "Its costs.") },
});

export const registerGetRunCost = (edge: Edge) =>
  edge.openapi(getRunCostRoute, async (c) => {
    const cost = await costOfRun(costReaderOf(c), c.req.valid("param").id);
    if (!cost) throw new ProblemError(fail("not_found"));
    return c.json(cost, 200);
  });
