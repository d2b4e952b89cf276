import { z } from "@hono/zod-openapi";
import { ALL_SCOPES } from "#shared/accounts/scopes.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { issueTokens } from "#shared/tokens/issue-tokens.ts";
import { NO_STORE, Tokens, toTokens } from "./token-schema.ts";

const TokenRequest = z
  .strictObject({
    scopes: z.array(z.enum(ALL_SCOPES)).min(1).optional().describe("Default: all that the caller holds."),
    refresh: z.boolean().default(false).describe("Also a refresh token; for sessions only."),
  })
  .openapi("TokenRequest");

export const issueTokenRoute = defineRoute({
  operationId: "issueToken",
  summary: "Exchange a session or an API key for an access token",
  description: "The token works wherever the session or the key does, within its scopes, until it expires.",
  tags: ["Tokens"],
  scope: "tokens:issue",
  method: "post",
  path: "/v1/tokens",
  request: jsonBody(TokenRequest),
  responses: { 201: jsonAnswer(Tokens, "The token, this once.") },
});

export const registerIssueToken = (edge: Edge) =>
  edge.openapi(issueTokenRoute, async (c) => {
    const { scopes, refresh } = c.req.valid("json");
    const issued = await issueTokens(c.get("ctx"), consumerOf(c), { scopes, withRefresh: refresh });
    return c.json(toTokens(orProblem(issued)), 201, NO_STORE);
  });
