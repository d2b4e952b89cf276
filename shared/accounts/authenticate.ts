import { decodeJwt } from "jose";
import type { Database } from "#shared/database/database.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { toAccountsError } from "./accounts-error.ts";
import { API_KEY_PREFIX, type Auth } from "./auth.ts";
import type { KeySet } from "./key-set.ts";
import { membershipOf } from "./membership.ts";
import type { Principal } from "./principal.ts";
import { scopesOf } from "./scopes.ts";
import type { RememberedSession, SessionCache } from "./session-cache.ts";
import { type KeyVerdict, verifyApiKey } from "./verify-api-key.ts";
import { verifyJwt } from "./verify-jwt.ts";

/** The issuer of the tokens that dispatch gives to workflow runs. */
export const RUN_TOKEN_ISSUER = "rainwire:runs";

export interface AuthenticateContext {
  readonly auth: Auth;
  readonly database: Database;
  readonly keySet: KeySet;
  readonly clock: Clock;
  /** Resolves a token whose issuer is {@link RUN_TOKEN_ISSUER}; undefined when it does not hold. */
  readonly verifyRunToken?: (token: string) => Promise<Principal | undefined>;
  /** Saves the look-up of a session that was checked lately; the membership is read each time. */
  readonly sessionCache?: SessionCache | undefined;
  /** Stands in front of {@link verifyApiKey}, say to remember its verdicts for a moment. */
  readonly verifyApiKey?: (key: string) => Promise<KeyVerdict>;
}

/**
 * - missing: no credential that we know of
 * - invalid: unknown, revoked, disabled, forged, or a session that has ended
 * - expired: a key or token that was good once
 * - no_tenant: a user who belongs to no tenant yet, or no more (403)
 */
export type AuthenticationFailure = "missing" | "invalid" | "expired" | "no_tenant";

export type Authentication = { readonly principal: Principal } | { readonly failure: AuthenticationFailure };

/**
 * Who sends this request. The first credential present decides, and a bad one is never made up for by the next:
 * `Authorization: Bearer` (API key, JWT or session token), then `x-api-key`, then the session cookie.
 * @throws DatabaseError or AccountsError when the database cannot be asked
 */
export async function authenticate(ctx: AuthenticateContext, request: Request): Promise<Authentication> {
  const token = bearerToken(request.headers.get("authorization"));
  if (token !== undefined) {
    if (token.startsWith(API_KEY_PREFIX)) return await byApiKey(ctx, token);
    return isJwt(token)
      ? await byJwt(ctx, token)
      : await bySession(ctx, new Headers({ authorization: `Bearer ${token}` }), token);
  }
  const key = request.headers.get("x-api-key");
  if (key !== null) return await byApiKey(ctx, key.trim());

  const cookie = request.headers.get("cookie");
  const { authCookies } = await ctx.auth.$context;
  const { name } = authCookies.sessionToken;
  if (!cookie?.includes(`${name}=`)) return { failure: "missing" };
  if (!(await isOwnPage(ctx.auth, request))) return { failure: "invalid" };
  return await bySession(ctx, new Headers({ cookie }), cookieValue(cookie, name));
}

const bearerToken = (header: string | null): string | undefined => /^bearer +(\S+) *$/i.exec(header ?? "")?.[1];

/** A session token has one dot or none. */
const isJwt = (token: string): boolean => token.startsWith("eyJ") && token.split(".").length === 3;

async function byApiKey(ctx: AuthenticateContext, key: string): Promise<Authentication> {
  if (!key.startsWith(API_KEY_PREFIX)) return { failure: "invalid" };
  return ctx.verifyApiKey ? await ctx.verifyApiKey(key) : await verifyApiKey(ctx, key);
}

async function byJwt(ctx: AuthenticateContext, token: string): Promise<Authentication> {
  if (statedIssuer(token) !== RUN_TOKEN_ISSUER) return await verifyJwt(ctx, token);
  const principal = await ctx.verifyRunToken?.(token);
  return principal ? { principal } : { failure: "invalid" };
}

/** Unverified: it only chooses who verifies. */
function statedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** @param credential what identifies the session in the headers; undefined when they leave a choice */
async function bySession(
  { auth, database, sessionCache }: AuthenticateContext,
  headers: Headers,
  credential: string | undefined,
): Promise<Authentication> {
  const known = credential === undefined ? undefined : await sessionCache?.find(credential);
  const session = known ?? (await loadSession(auth, headers));
  if (!session) return { failure: "invalid" };
  if (!known && credential !== undefined) await sessionCache?.remember(credential, session);
  const { sessionId, userId, tenantId } = session;
  const membership = tenantId ? await membershipOf(database, { tenantId, userId }) : undefined;
  if (!tenantId || !membership) return { failure: "no_tenant" };
  const { role, isOperator } = membership;
  const scopes = scopesOf(role, membership);
  return { principal: { kind: "user", userId, tenantId, role, scopes, isOperator, sessionId } };
}

async function loadSession(auth: Auth, headers: Headers): Promise<RememberedSession | undefined> {
  const found = await auth.api.getSession({ headers }).catch((error: unknown) => {
    throw toAccountsError(error);
  });
  if (!found) return undefined;
  const { session, user } = found;
  return {
    sessionId: session.id,
    userId: user.id,
    tenantId: session.activeOrganizationId || null,
    expiresAtMs: session.expiresAt.getTime(),
  };
}

/** The cookie's value as it was sent; undefined when there are several of the name. */
function cookieValue(header: string, name: string): string | undefined {
  const values = header.split(";").flatMap((pair) => {
    const [key = "", ...value] = pair.split("=");
    return key.trim() === name ? [value.join("=").trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** A cookie travels by itself, so a writing request that carries one must not come from somebody else's page. */
async function isOwnPage(auth: Auth, request: Request): Promise<boolean> {
  if (["GET", "HEAD", "OPTIONS"].includes(request.method)) return true;
  const origin = request.headers.get("origin");
  return origin === null || (await auth.$context).isTrustedOrigin(origin);
}
