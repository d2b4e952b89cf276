import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { getJwksRoute } from "./get-jwks.ts";
import { issueTokenRoute } from "./issue-token.ts";
import { refreshTokenRoute } from "./refresh-token.ts";
import { revokeTokenRoute } from "./revoke-token.ts";
import { signOutEverywhereRoute } from "./sign-out-everywhere.ts";

/** Every operation on tokens, by its operationId. better-auth's own are in its document. */
export const operations = {
  issueToken: issueTokenRoute,
  refreshToken: refreshTokenRoute,
  revokeToken: revokeTokenRoute,
  signOutEverywhere: signOutEverywhereRoute,
  getJwks: getJwksRoute,
  getOpenApi: getOpenApiRoute,
} as const;
