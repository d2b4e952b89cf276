import { createGoal } from "#shared/goals/create-goal.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { Goal, GoalInput } from "#shared/http/goal-schemas.ts";
import { idempotencyOf } from "#shared/http/idempotency.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdempotencyHeader, jsonBody, toJson } from "#shared/http/schemas.ts";

export const createGoalRoute = defineRoute({
  operationId: "createGoal",
  summary: "Create a goal",
  description: "Writes the goal only. The action `goal.create` also starts its workflow.",
  tags: ["Goals"],
  scope: "goals:write",
  problems: ["idempotency_key_reused", "busy", "not_found"],
  method: "post",
  path: "/v1/goals",
  request: { headers: IdempotencyHeader, ...jsonBody(GoalInput) },
  responses: { 201: versionedAnswer(Goal, "The goal. It is at `Location`.") },
});

export const registerCreateGoal = (edge: Edge) =>
  edge.openapi(createGoalRoute, async (c) => {
    const input = c.req.valid("json");
    const idempotency = idempotencyOf(c.req.valid("header"), "createGoal", input);
    const goal = orProblem(await createGoal(c.get("ctx"), callerOf(c), input, idempotency));
    c.header("location", `/v1/goals/${goal.id}`);
    c.header("etag", etagOf(goal));
    return c.json(toJson(goal), 201);
  });
