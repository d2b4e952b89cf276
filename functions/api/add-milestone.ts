import { addMilestone } from "#shared/goals/add-milestone.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { Milestone, MilestoneInput } from "#shared/http/goal-schemas.ts";
import { idempotencyOf } from "#shared/http/idempotency.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdempotencyHeader, IdParam, jsonBody, toJson } from "#shared/http/schemas.ts";

export const addMilestoneRoute = defineRoute({
  operationId: "addMilestone",
  summary: "Add a milestone to a goal",
  tags: ["Goals"],
  scope: "goals:write",
  problems: ["not_found", "idempotency_key_reused", "busy"],
  method: "post",
  path: "/v1/goals/{id}/milestones",
  request: { params: IdParam, headers: IdempotencyHeader, ...jsonBody(MilestoneInput) },
  responses: { 201: versionedAnswer(Milestone, "The milestone. It is at `Location`.") },
});

export const registerAddMilestone = (edge: Edge) =>
  edge.openapi(addMilestoneRoute, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const idempotency = idempotencyOf(c.req.valid("header"), "addMilestone", { id, ...input });
    const milestone = orProblem(await addMilestone(c.get("ctx"), callerOf(c), id, input, idempotency));
    c.header("location", `/v1/goals/${id}/milestones/${milestone.id}`);
    c.header("etag", etagOf(milestone));
    return c.json(toJson(milestone), 201);
  });
