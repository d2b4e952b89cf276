import { z } from "@hono/zod-openapi";
import { EXECUTION_STATUSES } from "#shared/actions/execution.ts";
import { listExecutions } from "#shared/actions/read-executions.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";
import { Execution } from "./execution-schema.ts";

export const listExecutionsRoute = defineRoute({
  operationId: "listExecutions",
  summary: "List executions, newest first",
  tags: ["Executions"],
  scope: "executions:read",
  method: "get",
  path: "/v1/executions",
  request: {
    query: PageQuery.extend({
      status: z.enum(EXECUTION_STATUSES).optional(),
      workflowId: z.string().optional(),
      trigger: z.string().optional().describe("An action or event name"),
      subject: z.string().optional().describe("What it is about, e.g. `goals/<id>`"),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(Execution, "ExecutionPage"), "A page of executions.") },
});

export const registerListExecutions = (edge: Edge) =>
  edge.openapi(listExecutionsRoute, async (c) => {
    const page = await listExecutions(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"));
    return c.json(toJson(page), 200);
  });
