import { z } from "@hono/zod-openapi";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";
import { revokeUser } from "#shared/tokens/revoke-tokens.ts";

const Ended = z.object({ sessions: z.int(), families: z.int() }).openapi("EndedCredentials");

export const signOutEverywhereRoute = defineRoute({
  operationId: "signOutEverywhere",
  summary: "End all your sessions and tokens",
  description: "In every process within a second. API keys belong to the tenant and stay.",
  tags: ["Tokens"],
  scope: "tokens:issue",
  method: "post",
  path: "/v1/tokens/revoke-all",
  responses: { 200: jsonAnswer(Ended, "What was ended.") },
});

export const registerSignOutEverywhere = (edge: Edge) =>
  edge.openapi(signOutEverywhereRoute, async (c) => {
    const principal = consumerOf(c);
    if (principal.kind !== "user") {
      throw new ProblemError(fail("scope_missing", "It needs a user: an API key is revoked at /v1/api-keys."));
    }
    return c.json(await revokeUser(c.get("ctx").db, principal.userId, "signed_out"), 200);
  });
