import { z } from "@hono/zod-openapi";
import { listApiKeys } from "#shared/accounts/api-keys.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Instant, jsonAnswer, toJson } from "#shared/http/schemas.ts";

const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    start: z.string().describe("Its first characters"),
    scopes: z.array(z.string()),
    createdBy: z.string().nullable(),
    isEnabled: z.boolean(),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
  })
  .openapi("ApiKey");

export const listApiKeysRoute = defineRoute({
  operationId: "listApiKeys",
  summary: "List the tenant's API keys",
  tags: ["API keys"],
  scope: "keys:manage",
  method: "get",
  path: "/v1/api-keys",
  responses: {
    200: jsonAnswer(z.object({ items: z.array(ApiKey) }).openapi("ApiKeyList"), "All of them, newest first."),
  },
});

export const registerListApiKeys = (edge: Edge) =>
  edge.openapi(listApiKeysRoute, async (c) => {
    const { auth, db: database } = c.get("ctx");
    return c.json(toJson({ items: await listApiKeys({ auth, database, principal: consumerOf(c) }) }), 200);
  });
