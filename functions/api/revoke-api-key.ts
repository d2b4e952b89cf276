import { revokeApiKey } from "#shared/accounts/api-keys.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { IdParam, noContent } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";

export const revokeApiKeyRoute = defineRoute({
  operationId: "revokeApiKey",
  summary: "Revoke an API key at once",
  tags: ["API keys"],
  scope: "keys:manage",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/api-keys/{id}",
  request: { params: IdParam },
  responses: { 204: noContent("It no longer opens anything.") },
});

export const registerRevokeApiKey = (edge: Edge) =>
  edge.openapi(revokeApiKeyRoute, async (c) => {
    const { auth, db: database } = c.get("ctx");
    const { id } = c.req.valid("param");
    const isRevoked = await revokeApiKey({ auth, database, principal: consumerOf(c) }, id);
    if (!isRevoked) throw new ProblemError(fail("not_found"));
    return c.body(null, 204);
  });
