import { z } from "@hono/zod-openapi";
import { changeGoal } from "#shared/goals/change-goal.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Goal } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

const Validation = z
  .strictObject({
    isValid: z.boolean(),
    findings: z.array(z.strictObject({ code: z.string().min(1).max(100), message: z.string().max(1000) })).max(200),
  })
  .openapi("Validation");

export const setValidationRoute = defineRoute({
  operationId: "setValidation",
  summary: "Record whether a goal is well formed",
  tags: ["Goals"],
  scope: "run:validation.write",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "put",
  path: "/v1/goals/{id}/validation",
  request: { params: IdParam, ...jsonBody(Validation) },
  responses: { 200: jsonAnswer(Goal, "The goal.") },
});

export const registerSetValidation = (edge: Edge) =>
  edge.openapi(setValidationRoute, async (c) => {
    const { id } = c.req.valid("param");
    const goal = await changeGoal(c.get("ctx"), runActor(runOf(c)), id, { validation: c.req.valid("json") });
    return c.json(toJson(orProblem(goal)), 200);
  });
