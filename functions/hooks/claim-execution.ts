import { z } from "@hono/zod-openapi";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { claimExecution } from "#shared/workflows/claim-execution.ts";
import { executionTopic } from "#shared/workflows/context.ts";

const ClaimInput = z
  .object({
    attempt: z.int().min(1).describe("From the webhook's body"),
    n8nExecutionId: z.string().min(1).describe("`$execution.id`"),
    n8nWorkflowId: z.string().min(1).describe("`$workflow.id`"),
    workflowVersion: z.string().optional(),
  })
  .openapi("Claim");

const ClaimAnswer = z
  .object({
    outcome: z
      .enum(["run", "already_running", "done", "superseded"])
      .describe("Anything but `run`: stop without an effect."),
    input: z.unknown().optional().describe("With `run`: what the workflow is to work on."),
    trigger: z.string().optional(),
    executionUrl: z
      .url()
      .optional()
      .describe("With `run`: the execution here, so that n8n's record of the run links back."),
    status: z.string().optional(),
    result: z.unknown().optional(),
    n8nExecutionId: z.string().nullable().optional(),
  })
  .openapi("ClaimAnswer");

export const claimExecutionRoute = defineRoute({
  operationId: "claimExecution",
  summary: "Claim an execution for this n8n run",
  description:
    "The first run to claim an attempt does the work; every other is told to stop. Answers 200 in each case, since n8n's HTTP node would repeat a 4xx.",
  tags: ["Runs"],
  scope: "run:claim",
  problems: ["not_found"],
  method: "post",
  path: "/v1/executions/{id}/claim",
  request: { params: IdParam, ...jsonBody(ClaimInput) },
  responses: { 200: jsonAnswer(ClaimAnswer, "What this run is to do.") },
});

export const registerClaimExecution = (edge: Edge) =>
  edge.openapi(claimExecutionRoute, async (c) => {
    const ctx = c.get("ctx");
    const { id } = c.req.valid("param");
    const claim = await claimExecution(ctx.db, runOf(c), id, c.req.valid("json"));
    if ("failure" in claim && claim.failure === "attempt_superseded")
      return c.json({ outcome: "superseded" as const }, 200);
    const answer = orProblem(claim);
    if (answer.outcome !== "run") return c.json(toJson(answer), 200);
    ctx.signals.publish(executionTopic(id));
    return c.json(toJson({ ...answer, executionUrl: `${ctx.publicUrl}/v1/executions/${id}` }), 200);
  });
