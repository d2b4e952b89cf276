import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";
import { retireKeyByRun } from "#shared/tokens/rotation-run.ts";

export const retireSigningKeyRoute = defineRoute({
  operationId: "retireSigningKey",
  summary: "Take a retired key out of the JWKS",
  description: "A key that is gone stays gone.",
  tags: ["Signing keys"],
  scope: "run:keys.rotate",
  problems: ["not_found", "not_due", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/signing-keys/{id}/retire",
  request: { params: IdParam },
  responses: { 204: noContent("Done.") },
});

export const registerRetireSigningKey = (edge: Edge) =>
  edge.openapi(retireSigningKeyRoute, async (c) => {
    orProblem(await retireKeyByRun(c.get("ctx"), runOf(c), c.req.valid("param").id));
    return c.body(null, 204);
  });
