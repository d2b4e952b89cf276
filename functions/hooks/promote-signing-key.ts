import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";
import { promoteKeyByRun } from "#shared/tokens/rotation-run.ts";

export const promoteSigningKeyRoute = defineRoute({
  operationId: "promoteSigningKey",
  summary: "Let the published key sign",
  description: "Its predecessor is retired. A key that signs already stays as it is.",
  tags: ["Signing keys"],
  scope: "run:keys.rotate",
  problems: ["not_found", "not_due", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/signing-keys/{id}/promote",
  request: { params: IdParam },
  responses: { 204: noContent("Done.") },
});

export const registerPromoteSigningKey = (edge: Edge) =>
  edge.openapi(promoteSigningKeyRoute, async (c) => {
    orProblem(await promoteKeyByRun(c.get("ctx"), runOf(c), c.req.valid("param").id));
    return c.body(null, 204);
  });
