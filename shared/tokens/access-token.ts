import { type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import { ACCESS_TOKEN_TYPE } from "./compact-jws.ts";
import type { KeyRing } from "./key-ring.ts";

/** What an access token says besides the registered claims. `sub` is the user, or `key:` and the key. */
export const AccessClaims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.string(),
  iat: z.number(),
  nbf: z.number(),
  exp: z.number(),
  jti: z.string(),
  tenantId: z.string().optional(), // none: the session had no active tenant
  scope: z.string().default(""),
  isOperator: z.boolean().default(false),
  role: z.string().default(""),
  sid: z.string().optional(), // the session that it was issued to
  fid: z.string().optional(), // the family of refresh tokens beside it
  keyId: z.string().optional(), // the API key that it was issued to
  userId: z.string().optional(), // with `keyId`: who made the key
});
export type AccessClaims = z.infer<typeof AccessClaims>;

/** @param lifetimeMs until `exp`, in whole seconds */
export async function signAccessToken(
  { signing }: KeyRing,
  issuer: string,
  claims: JWTPayload,
  { nowMs, lifetimeMs }: { nowMs: number; lifetimeMs: number },
): Promise<string> {
  const { iss: _iss, aud: _aud, iat: _iat, exp: _exp, nbf: _nbf, ...own } = claims;
  const issuedAt = Math.floor(nowMs / 1000);
  return await new SignJWT(own)
    .setProtectedHeader({ alg: signing.alg, typ: ACCESS_TOKEN_TYPE, kid: signing.kid })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + Math.max(1, Math.floor(lifetimeMs / 1000)))
    .setJti(crypto.randomUUID())
    .sign(signing.key);
}
