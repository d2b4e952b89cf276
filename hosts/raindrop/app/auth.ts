import { createRemoteJWKSet, customFetch, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";

/** As access tokens are signed (shared/tokens/key-pair.ts). */
const ALGORITHMS = ["EdDSA", "ES256"];
/** The `max-age` of the JWKS: rotations count on it (shared/tokens/timings.ts). */
const JWKS_MAX_AGE_MS = 300_000;

interface AuthService {
  fetch(request: Request): Promise<Response>;
}

const Env = z.object({
  PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  AUTH: z.custom<AuthService>((value) => typeof value === "object" && value !== null), // a stub is a Proxy
});

/** Keys as last read, as long as the isolate's stub of the auth service lives. */
const keySets = new WeakMap<AuthService, JWTVerifyGetKey>();

/**
 * The hooks that stand before a `protected` service (`src/_app/auth.ts`). The stock ones let a request pass whose
 * token does not hold, check no audience and pin no algorithm; these refuse whatever they cannot prove, also where
 * the env is incomplete or the keys cannot be read. Rainwire's own services are public and authenticate themselves.
 *
 * The vendor's hook leaves the claims in `env.jwt`. These do not: requests that run at once share the env.
 */
export const verify = async (request: Request, env: object): Promise<boolean> =>
  (await claimsOf(request, env)) !== undefined;

/** Whether the request carries a token that holds and names a tenant; it does not rely on `verify` having run. */
export const authorize = async (request: Request, env: object): Promise<boolean> =>
  typeof (await claimsOf(request, env))?.tenantId === "string";

async function claimsOf(request: Request, env: object): Promise<JWTPayload | undefined> {
  const token = /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const checked = Env.safeParse(env);
  if (token === undefined || !checked.success) return undefined;
  const { origin } = new URL(checked.data.PUBLIC_URL);
  try {
    const { payload } = await jwtVerify(token, keysOf(checked.data.AUTH, origin), {
      algorithms: ALGORITHMS,
      typ: "at+jwt",
      issuer: origin,
      audience: origin,
      requiredClaims: ["exp", "sub"],
    });
    return payload;
  } catch {
    return undefined;
  }
}

function keysOf(auth: AuthService, origin: string): JWTVerifyGetKey {
  const known = keySets.get(auth);
  if (known) return known;
  const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", origin), {
    cacheMaxAge: JWKS_MAX_AGE_MS,
    [customFetch]: (url, init) => auth.fetch(new Request(url, init)),
  });
  keySets.set(auth, keys);
  return keys;
}
