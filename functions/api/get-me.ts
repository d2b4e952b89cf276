import { z } from "@hono/zod-openapi";
import { ALL_SCOPES } from "#shared/accounts/scopes.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";

const Me = z
  .object({
    kind: z.enum(["user", "key"]),
    tenantId: z.string(),
    userId: z.string().nullable().describe("Of a key: who made it; null: not known any more."),
    keyId: z.string().nullable().describe("null: a user"),
    scopes: z.array(z.enum(ALL_SCOPES)),
  })
  .openapi("Me");

export const getMeRoute = defineRoute({
  operationId: "getMe",
  summary: "Say who calls",
  description: "Whom the credential stands for, in which tenant, and what it may do.",
  tags: ["About"],
  scope: "signed_in",
  method: "get",
  path: "/v1/me",
  responses: { 200: jsonAnswer(Me, "The caller.") },
});

export const registerGetMe = (edge: Edge) =>
  edge.openapi(getMeRoute, (c) => {
    const caller = consumerOf(c);
    const { kind, tenantId, userId, scopes } = caller;
    return sendJson(c, { kind, tenantId, userId, keyId: kind === "key" ? caller.keyId : null, scopes: [...scopes] });
  });
