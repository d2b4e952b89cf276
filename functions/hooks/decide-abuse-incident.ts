import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { AbuseIncident, incidentJson, Reason, Seconds } from "#shared/http/limit-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { decideIncident, type IncidentDecision } from "#shared/limits/decide-incident.ts";
import { deciderOf } from "./abuse-incident.ts";

const said = {
  reason: Reason,
  tell: z
    .array(z.enum(["operators", "owners"]))
    .max(2)
    .optional()
    .describe("Who is notified: the platform's operators, the owners of the incident's tenant."),
  unlessDecided: z.boolean().default(false).describe("Leaves what somebody else decided, instead of a 409."),
};

const RunsDecision = z
  .discriminatedUnion("decision", [
    z.strictObject({ decision: z.literal("block"), seconds: Seconds, ...said }),
    z.strictObject({
      decision: z.literal("limit"),
      limit: z.int().min(1).describe("Units in any window."),
      windowSeconds: z.int().min(1).max(86_400),
      seconds: Seconds,
      ...said,
    }),
    z.strictObject({ decision: z.literal("ask"), ...said }),
    z.strictObject({ decision: z.literal("dismiss"), ...said }),
  ])
  .openapi("RunsDecision");

export const decideAbuseIncidentRoute = defineRoute({
  operationId: "decideAbuseIncident",
  summary: "Decide what becomes of the incident's caller, or ask a person",
  description: "In force in every process within a second. What a person decided stands.",
  tags: ["Limits"],
  scope: "run:limits.enforce",
  problems: ["not_found", "already_decided", "attempt_superseded", "execution_settled"],
  method: "put",
  path: "/v1/limits/incidents/{id}/decision",
  request: { params: IdParam, ...jsonBody(RunsDecision) },
  responses: { 200: jsonAnswer(AbuseIncident, "The incident.") },
});

export const registerDecideAbuseIncident = (edge: Edge) =>
  edge.openapi(decideAbuseIncidentRoute, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const decider = { ...deciderOf(c, id), isFallback: input.unlessDecided };
    const decided = await decideIncident(c.get("ctx"), id, toDecision(input), decider);
    return c.json(incidentJson(orProblem(decided)), 200);
  });

function toDecision(input: z.infer<typeof RunsDecision>): IncidentDecision {
  const { reason, tell = [] } = input;
  const said = { reason, tell };
  switch (input.decision) {
    case "block":
      return { kind: "block", seconds: input.seconds, ...said };
    case "limit": {
      const quota = { limit: input.limit, windowMs: input.windowSeconds * 1_000 };
      return { kind: "limit", quota, seconds: input.seconds, ...said };
    }
    default:
      return { kind: input.decision, ...said };
  }
}
