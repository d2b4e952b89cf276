import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { SubjectParam } from "#shared/http/limit-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { noContent } from "#shared/http/schemas.ts";
import { liftOverride } from "#shared/limits/overrides.ts";
import { subjectOf } from "#shared/limits/subject.ts";

export const liftLimitRoute = defineRoute({
  operationId: "liftLimit",
  summary: "Lift an override: the policy holds again",
  tags: ["Limits"],
  scope: "operator:limits",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/limits/{kind}/{id}",
  request: { params: SubjectParam },
  responses: { 204: noContent("Lifted.") },
});

export const registerLiftLimit = (edge: Edge) =>
  edge.openapi(liftLimitRoute, async (c) => {
    const { kind, id } = c.req.valid("param");
    const lifted = { isBlock: false, liftedBy: actorOf(consumerOf(c)) };
    orProblem(await liftOverride(c.get("ctx"), subjectOf(kind, id), lifted));
    return c.body(null, 204);
  });
