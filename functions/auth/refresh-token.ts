import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { refreshTokens } from "#shared/tokens/refresh-tokens.ts";
import { NO_STORE, RefreshToken, Tokens, toTokens } from "./token-schema.ts";

export const refreshTokenRoute = defineRoute({
  operationId: "refreshToken",
  summary: "Exchange a refresh token for its successor and a new access token",
  description:
    "The token itself is the credential, and is good for one use. Repeated within 10 seconds, say because the answer was lost, it is answered with the same successor; used later it ends the whole chain.",
  tags: ["Tokens"],
  scope: "public",
  problems: ["unauthenticated", "credential_expired", "tenant_missing"],
  method: "post",
  path: "/v1/tokens/refresh",
  request: jsonBody(RefreshToken),
  responses: { 200: jsonAnswer(Tokens, "The tokens, this once.") },
});

export const registerRefreshToken = (edge: Edge) =>
  edge.openapi(refreshTokenRoute, async (c) => {
    const issued = await refreshTokens(c.get("ctx"), c.req.valid("json").refreshToken);
    return c.json(toTokens(orProblem(issued)), 200, NO_STORE);
  });
