import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";
import { reportWorkflowError } from "#shared/workflows/report-workflow-error.ts";

const WorkflowError = z
  .object({
    n8nExecutionId: z.string().min(1),
    workflowName: z.string(),
    message: z.string().max(10_000),
    lastNode: z.string().optional(),
  })
  .openapi("WorkflowError");

export const reportWorkflowErrorRoute = defineRoute({
  operationId: "reportWorkflowError",
  summary: "Report that a workflow failed",
  description:
    "Called by `error-handler` with the instance's own key. A claimed run is driven again, or fails for good.",
  tags: ["Runs"],
  scope: "errors:report",
  method: "post",
  path: "/v1/workflow-errors",
  request: jsonBody(WorkflowError),
  responses: {
    200: jsonAnswer(
      z.object({ outcome: z.enum(["driven_again", "failed", "unknown_execution"]) }).openapi("WorkflowErrorOutcome"),
      "What follows from it.",
    ),
  },
});

export const registerReportWorkflowError = (edge: Edge) =>
  edge.openapi(reportWorkflowErrorRoute, async (c) => {
    const principal = c.get("principal");
    if (principal.kind !== "instance")
      throw new ProblemError(fail("scope_missing", "It needs the instance's error key."));
    const { lastNode, ...report } = c.req.valid("json");
    const outcome = await reportWorkflowError(c.get("ctx"), principal.instanceId, {
      ...report,
      ...(lastNode === undefined ? {} : { lastNode }),
    });
    return c.json({ outcome }, 200);
  });
