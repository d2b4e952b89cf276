import { readExecution } from "#shared/actions/read-executions.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { cancelExecution } from "#shared/workflows/cancel-execution.ts";
import { Execution } from "./execution-schema.ts";

export const cancelExecutionRoute = defineRoute({
  operationId: "cancelExecution",
  summary: "Cancel an execution",
  description: "What waits is not sent, what runs in n8n is told to stop, and a late result is refused.",
  tags: ["Executions"],
  scope: "executions:cancel",
  problems: ["not_found", "execution_settled"],
  method: "post",
  path: "/v1/executions/{id}/cancel",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Execution, "The cancelled execution.") },
});

export const registerCancelExecution = (edge: Edge) =>
  edge.openapi(cancelExecutionRoute, async (c) => {
    const ctx = c.get("ctx");
    const { tenantId } = callerOf(c);
    const { id } = c.req.valid("param");
    orProblem(await cancelExecution(ctx, tenantId, id));
    return c.json(toJson(orProblem(await readExecution(ctx.loads, tenantId, id))), 200);
  });
