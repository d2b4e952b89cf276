import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerGetJwks } from "./get-jwks.ts";
import { registerIssueToken } from "./issue-token.ts";
import { registerRefreshToken } from "./refresh-token.ts";
import { registerRevokeToken } from "./revoke-token.ts";
import { registerSignOutEverywhere } from "./sign-out-everywhere.ts";

const TITLE = {
  title: "Rainwire tokens",
  description:
    "Access tokens, refresh tokens and the keys that verify them. Signing in is better-auth's, under /api/auth.",
};

/** The token operations of the service, sealed; better-auth's routes stand beside it (routes.ts). */
export function createTokens(): Edge {
  const edge = createEdge();
  registerIssueToken(edge);
  registerRefreshToken(edge);
  registerRevokeToken(edge);
  registerSignOutEverywhere(edge);
  registerGetJwks(edge);
  registerGetOpenApi(edge, TITLE, ({ publicUrl }) => `${publicUrl}/auth`);
  return sealEdge(edge);
}
