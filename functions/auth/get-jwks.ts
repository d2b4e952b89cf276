import { z } from "@hono/zod-openapi";
import type { Database } from "#shared/database/database.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { type PublicText, publicText, sendPublic } from "#shared/http/send-public.ts";
import { JWKS_TAG } from "#shared/tokens/publish-key.ts";
import type { TokenState } from "#shared/tokens/token-state.ts";

const Jwk = z
  .looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.literal("sig") })
  .openapi("JsonWebKey");
const JwkSet = z.object({ keys: z.array(Jwk) }).openapi("JsonWebKeySet");

/** Fresh for as long as rotations count on, and not a moment staler. */
export async function jwksText({ ring, timings }: TokenState, db: Database): Promise<PublicText> {
  const { jwksMaxAgeMs, jwksSharedMs } = timings;
  const { jwks } = await ring.get(db);
  return publicText(JSON.stringify(jwks), "application/json", {
    tag: JWKS_TAG,
    clientMs: jwksMaxAgeMs,
    sharedMs: jwksSharedMs,
    staleMs: 0,
  });
}

export const getJwksRoute = defineRoute({
  operationId: "getJwks",
  summary: "The public keys of access tokens",
  description:
    "A JWK set (RFC 7517). Keep it as long as `Cache-Control` says and no longer: a key is here that long before it signs, and until the last token that it signed has ended.",
  tags: ["Tokens"],
  scope: "public",
  isForAllCaches: true,
  method: "get",
  path: "/.well-known/jwks.json",
  responses: { 200: jsonAnswer(JwkSet, "The keys.") },
});

export const registerGetJwks = (edge: Edge) =>
  edge.openapi(getJwksRoute, async (c) => {
    const { tokens, db } = c.get("ctx");
    return sendPublic(c, await jwksText(tokens, db));
  });
