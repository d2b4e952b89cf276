import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import type { TokenTimings } from "#shared/tokens/timings.ts";

const Jwk = z
  .looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.literal("sig") })
  .openapi("JsonWebKey");
const JwkSet = z.object({ keys: z.array(Jwk) }).openapi("JsonWebKeySet");

/** Fresh for as long as rotations count on, and not a moment staler. */
export const jwksHeaders = ({ jwksMaxAgeMs }: TokenTimings) => ({
  "cache-control": `public, max-age=${Math.floor(jwksMaxAgeMs / 1000)}, must-revalidate`,
});

export const getJwksRoute = defineRoute({
  operationId: "getJwks",
  summary: "The public keys of access tokens",
  description:
    "A JWK set (RFC 7517). Keep it as long as `Cache-Control` says and no longer: a key is here that long before it signs, and until the last token that it signed has ended.",
  tags: ["Tokens"],
  scope: "public",
  method: "get",
  path: "/.well-known/jwks.json",
  responses: { 200: jsonAnswer(JwkSet, "The keys.") },
});

export const registerGetJwks = (edge: Edge) =>
  edge.openapi(getJwksRoute, async (c) => {
    const { tokens, db } = c.get("ctx");
    const { jwks } = await tokens.ring.get(db);
    return c.json(toJson(jwks) as z.infer<typeof JwkSet>, 200, jwksHeaders(tokens.timings)); // safe: made by the key ring
  });
