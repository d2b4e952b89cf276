import { z } from "@hono/zod-openapi";
import { createApiKey, NewApiKey } from "#shared/accounts/api-keys.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { Instant, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";

const MadeApiKey = z
  .object({
    id: z.uuid(),
    key: z.string().describe("Shown here only: what is stored is its hash"),
    expiresAt: Instant.nullable(),
  })
  .openapi("MadeApiKey");

export const createApiKeyRoute = defineRoute({
  operationId: "createApiKey",
  summary: "Make an API key",
  description: "A key never holds a scope that its maker does not hold.",
  tags: ["API keys"],
  scope: "keys:manage",
  limit: { cost: 10, whenAway: "closed" },
  method: "post",
  path: "/v1/api-keys",
  request: jsonBody(z.object(NewApiKey.shape).openapi("NewApiKey")),
  responses: { 201: jsonAnswer(MadeApiKey, "The key, this once.") },
});

export const registerCreateApiKey = (edge: Edge) =>
  edge.openapi(createApiKeyRoute, async (c) => {
    const { auth, db: database } = c.get("ctx");
    const made = await createApiKey({ auth, database, principal: consumerOf(c) }, c.req.valid("json"));
    c.header("cache-control", "no-store");
    switch (made.kind) {
      case "created":
        return c.json(toJson({ id: made.id, key: made.key, expiresAt: made.expiresAt }), 201);
      case "scopes_not_held":
        throw new ProblemError(fail("scope_missing", `You do not hold ${made.scopes.join(", ")} yourself.`));
      case "not_allowed":
        throw new ProblemError(fail("scope_missing", "Your role in this tenant may not make keys."));
    }
  });
