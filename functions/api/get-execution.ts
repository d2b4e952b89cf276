import { readExecution } from "#shared/actions/read-executions.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { Execution } from "./execution-schema.ts";

export const getExecutionRoute = defineRoute({
  operationId: "getExecution",
  summary: "Read an execution",
  tags: ["Executions"],
  scope: "executions:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/executions/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Execution, "The execution as it stands.") },
});

export const registerGetExecution = (edge: Edge) =>
  edge.openapi(getExecutionRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await readExecution(c.get("ctx").loads, callerOf(c).tenantId, id))), 200);
  });
