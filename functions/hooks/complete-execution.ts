import { z } from "@hono/zod-openapi";
import { LlmUsage } from "#shared/costs/llm-usage.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { completeExecution, type ResultInput as RunResult } from "#shared/workflows/complete-execution.ts";

const attempt = z.int().min(1);

const usage = z
  .array(LlmUsage)
  .max(100)
  .optional()
  .describe(
    "Tokens of the language models that the run called, one entry for each model; kept with the result that wins.",
  );

const ResultInput = z
  .discriminatedUnion("status", [
    z.object({ attempt, status: z.literal("succeeded"), result: z.unknown(), usage }),
    z.object({
      attempt,
      status: z.literal("failed"),
      error: z.string().max(4000),
      result: z.unknown().optional(),
      usage,
    }),
    z.object({ attempt, status: z.literal("waiting"), untilSeconds: z.int().min(1).max(31_536_000).optional() }),
  ])
  .openapi("RunResult");

export const completeExecutionRoute = defineRoute({
  operationId: "completeExecution",
  summary: "Report a run's result",
  description: "The first terminal result of the current attempt wins; the same call again changes nothing.",
  tags: ["Runs"],
  scope: "run:complete",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/executions/{id}/result",
  request: { params: IdParam, ...jsonBody(ResultInput) },
  responses: {
    200: jsonAnswer(
      z.object({ status: z.string(), isFirst: z.boolean() }).openapi("RunCompleted"),
      "How it stands now.",
    ),
  },
});

export const registerCompleteExecution = (edge: Edge) =>
  edge.openapi(completeExecutionRoute, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const result: RunResult =
      input.status === "waiting"
        ? { attempt: input.attempt, status: input.status, untilSeconds: input.untilSeconds ?? 604_800 }
        : { ...input, usage: input.usage ?? [] };
    return c.json(orProblem(await completeExecution(c.get("ctx"), runOf(c), id, result)), 200);
  });
