import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonBody, noContent } from "#shared/http/schemas.ts";
import { revokeRefreshToken } from "#shared/tokens/revoke-tokens.ts";
import { RefreshToken } from "./token-schema.ts";

export const revokeTokenRoute = defineRoute({
  operationId: "revokeToken",
  summary: "End the chain of a refresh token",
  description:
    "With its access tokens, in every process within a second. A token that is none of ours is answered alike (RFC 7009).",
  tags: ["Tokens"],
  scope: "public",
  method: "post",
  path: "/v1/tokens/revoke",
  request: jsonBody(RefreshToken),
  responses: { 204: noContent("It has ended.") },
});

export const registerRevokeToken = (edge: Edge) =>
  edge.openapi(revokeTokenRoute, async (c) => {
    await revokeRefreshToken(c.get("ctx"), c.req.valid("json").refreshToken);
    return c.body(null, 204);
  });
