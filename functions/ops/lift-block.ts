import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { SubjectParam } from "#shared/http/limit-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { noContent } from "#shared/http/schemas.ts";
import { liftOverride } from "#shared/limits/overrides.ts";
import { subjectOf } from "#shared/limits/subject.ts";

export const liftBlockRoute = defineRoute({
  operationId: "liftBlock",
  summary: "Lift a block",
  tags: ["Limits"],
  scope: "operator:limits",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/limits/{kind}/{id}/block",
  request: { params: SubjectParam },
  responses: { 204: noContent("Lifted.") },
});

export const registerLiftBlock = (edge: Edge) =>
  edge.openapi(liftBlockRoute, async (c) => {
    const { kind, id } = c.req.valid("param");
    const lifted = { isBlock: true, liftedBy: actorOf(consumerOf(c)) };
    orProblem(await liftOverride(c.get("ctx"), subjectOf(kind, id), lifted));
    return c.body(null, 204);
  });
