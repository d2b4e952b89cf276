import { decodeJwt } from "jose";
import type { Database } from "#shared/database/database.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type CredentialChanges, SUBJECT } from "#shared/tokens/credential-changes.ts";
import type { TokenState } from "#shared/tokens/token-state.ts";
import { knownVerdict, type VerifyContext, verifyAccessToken } from "#shared/tokens/verify-access-token.ts";
import { toAccountsError } from "./accounts-error.ts";
import { API_KEY_PREFIX, type Auth } from "./auth.ts";
import { membershipOf } from "./membership.ts";
import type { KeyPrincipal, Principal, UserPrincipal } from "./principal.ts";
import { scopesOf } from "./scopes.ts";
import type { RememberedSession, SessionCache } from "./session-cache.ts";
import { verifyApiKey } from "./verify-api-key.ts";

/** The issuer of the tokens that dispatch gives to workflow runs. */
export const RUN_TOKEN_ISSUER = "rainwire:runs";

export interface AuthenticateContext {
  readonly auth: Auth;
  readonly database: Database;
  readonly clock: Clock;
  /** The keys of access tokens, what was checked lately and what of it has changed. */
  readonly tokens: TokenState;
  /** Resolves a token whose issuer is {@link RUN_TOKEN_ISSUER}; undefined when it does not hold. */
  readonly verifyRunToken?: (token: string) => Promise<Principal | undefined>;
  /** Sessions that any process checked lately. */
  readonly sessionCache?: SessionCache | undefined;
}

/**
 * How long this process remembers whom a session or an API key stands for. It hears of changes long before; this bounds
 * what no trigger tells, and how seldom the use of a key is recorded.
 */
const REMEMBERED_MS = 60_000;

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
  const token = bearerToken(request.headers.get("authorization") ?? undefined);
  if (token !== undefined) {
    if (token.startsWith(API_KEY_PREFIX)) return await byApiKey(ctx, token);
    return isJwt(token)
      ? await byJwt(ctx, token)
      : await bySession(ctx, new Headers({ authorization: `Bearer ${token}` }), token);
  }
  const key = request.headers.get("x-api-key");
  if (key !== null) return await byApiKey(ctx, key.trim());

  const cookie = request.headers.get("cookie");
  if (cookie === null) return { failure: "missing" };
  const { authCookies } = await ctx.auth.$context;
  const { name } = authCookies.sessionToken;
  if (!cookie.includes(`${name}=`)) return { failure: "missing" };
  if (!(await isOwnPage(ctx.auth, request))) return { failure: "invalid" };
  return await bySession(ctx, new Headers({ cookie }), cookieValue(cookie, name));
}

/** Who sends this, when it was checked before and nothing about it has changed; undefined when somebody has to check. */
export function knownPrincipal(ctx: VerifyContext, authorization: string | undefined): Principal | undefined {
  const token = bearerToken(authorization);
  if (token === undefined) return undefined;
  if (isJwt(token)) {
    const verdict = knownVerdict(ctx, token);
    return verdict && "principal" in verdict ? verdict.principal : undefined;
  }
  const changes = ctx.tokens.changes.atOnce(() => ctx.db);
  return changes && ctx.tokens.memo.find<KeyPrincipal | UserPrincipal>(token, changes);
}

/** The usual form is told by few looks: tokens are long, and each request has one. */
function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (/^Bearer [^\s]/.test(header) && !header.includes(" ", 7) && !header.includes("\t", 7)) return header.slice(7);
  return /^bearer +(\S+) *$/i.exec(header)?.[1];
}

/** A session token has one dot or none. */
function isJwt(token: string): boolean {
  if (!token.startsWith("eyJ")) return false;
  const second = token.indexOf(".", token.indexOf(".") + 1);
  return second > token.indexOf(".") && token.indexOf(".", second + 1) < 0;
}

async function byApiKey(ctx: AuthenticateContext, key: string): Promise<Authentication> {
  if (!key.startsWith(API_KEY_PREFIX)) return { failure: "invalid" };
  const { tokens, database, clock } = ctx;
  const changes = await tokens.changes.get(database);
  const known = tokens.memo.find<KeyPrincipal>(key, changes);
  if (known) return { principal: known };
  const { epoch } = changes;
  const verdict = await verifyApiKey(ctx, key);
  if ("failure" in verdict) return verdict;
  const { principal, expiresAtMs } = verdict;
  const subjects = [SUBJECT.key(principal.keyId)];
  if (principal.userId !== null) subjects.push(SUBJECT.user(principal.userId));
  const endsAtMs = Math.min(clock() + REMEMBERED_MS, expiresAtMs ?? Number.POSITIVE_INFINITY);
  tokens.memo.remember(key, { value: Object.freeze(principal), subjects, epoch, endsAtMs });
  return { principal };
}

async function byJwt(ctx: AuthenticateContext, token: string): Promise<Authentication> {
  const verdict = await verifyAccessToken({ ...ctx, db: ctx.database }, token);
  const isOther = "failure" in verdict && verdict.failure === "invalid" && statedIssuer(token) === RUN_TOKEN_ISSUER;
  if (!isOther) return verdict;
  const principal = await ctx.verifyRunToken?.(token);
  return principal ? { principal } : verdict;
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
  ctx: AuthenticateContext,
  headers: Headers,
  credential: string | undefined,
): Promise<Authentication> {
  const { database, tokens, clock } = ctx;
  const changes = await tokens.changes.get(database);
  const known = credential === undefined ? undefined : tokens.memo.find<UserPrincipal>(credential, changes);
  if (known) return { principal: known };
  const { epoch } = changes;
  const session = await findSession(ctx, headers, credential, changes);
  if (!session || changes.hasEnded(SUBJECT.session(session.sessionId))) return { failure: "invalid" };
  const { sessionId, userId, tenantId, expiresAtMs } = session;
  const membership = tenantId ? await membershipOf(database, { tenantId, userId }) : undefined;
  if (!tenantId || !membership) return { failure: "no_tenant" };
  const { role, isOperator } = membership;
  const scopes = scopesOf(role, membership);
  const principal = Object.freeze({ kind: "user", userId, tenantId, role, scopes, isOperator, sessionId } as const);
  if (credential !== undefined) {
    const subjects = [SUBJECT.session(sessionId), SUBJECT.user(userId), SUBJECT.member(tenantId, userId)];
    const endsAtMs = Math.min(clock() + REMEMBERED_MS, expiresAtMs);
    tokens.memo.remember(credential, { value: principal, subjects, epoch, endsAtMs });
  }
  return { principal };
}

/** The session as another process remembers it, else as its cookie says, else, and whenever it changed lately, from the database. */
async function findSession(
  { auth, sessionCache }: AuthenticateContext,
  headers: Headers,
  credential: string | undefined,
  changes: CredentialChanges,
): Promise<RememberedSession | undefined> {
  const known = credential === undefined ? undefined : await sessionCache?.find(credential);
  const said = known ?? (await loadSession(auth, headers, { disableCookieCache: false }));
  if (!said) return undefined;
  const hasChanged = changes.has(SUBJECT.session(said.sessionId));
  const session = hasChanged ? await loadSession(auth, headers, { disableCookieCache: true }) : said;
  if (session && session !== known && credential !== undefined) await sessionCache?.remember(credential, session);
  return session;
}

async function loadSession(
  auth: Auth,
  headers: Headers,
  query: { disableCookieCache: boolean },
): Promise<RememberedSession | undefined> {
  const found = await auth.api.getSession({ headers, query }).catch((error: unknown) => {
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
