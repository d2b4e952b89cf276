import { z } from "@hono/zod-openapi";
import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { AbuseIncident, incidentJson, Reason, Seconds } from "#shared/http/limit-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { decideIncident } from "#shared/limits/decide-incident.ts";

const PersonsDecision = z
  .discriminatedUnion("decision", [
    z.strictObject({ decision: z.literal("block"), seconds: Seconds, reason: Reason }),
    z.strictObject({ decision: z.literal("dismiss"), reason: Reason }),
  ])
  .openapi("PersonsDecision");

export const decideAbuseIncidentRoute = defineRoute({
  operationId: "decideAbuseIncident",
  summary: "Decide what becomes of an incident's caller",
  description: "`dismiss` lifts what was set because of it. It stands whatever a workflow says later.",
  tags: ["Limits"],
  scope: "operator:limits",
  problems: ["not_found"],
  method: "put",
  path: "/v1/limits/incidents/{id}/decision",
  request: { params: IdParam, ...jsonBody(PersonsDecision) },
  responses: { 200: jsonAnswer(AbuseIncident, "The incident.") },
});

export const registerDecideAbuseIncident = (edge: Edge) =>
  edge.openapi(decideAbuseIncidentRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { decision: kind, ...said } = c.req.valid("json");
    const decision = kind === "block" && "seconds" in said ? { kind, ...said } : { kind: "dismiss" as const, ...said };
    const by = { actor: actorOf(consumerOf(c)), isPerson: true };
    return c.json(incidentJson(orProblem(await decideIncident(c.get("ctx"), id, decision, by))), 200);
  });
