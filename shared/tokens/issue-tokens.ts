import type { KeyPrincipal, UserPrincipal } from "#shared/accounts/principal.ts";
import { OPERATOR_SCOPES, type Scope, scopesOf } from "#shared/accounts/scopes.ts";
import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { refreshTokenOf } from "./refresh-token.ts";
import type { TokenState } from "./token-state.ts";

export interface IssueContext {
  readonly db: Database;
  readonly secret: string;
  readonly clock: Clock;
  readonly tokens: TokenState;
}

export interface TokenRequest {
  /** Default: all that the caller holds. */
  readonly scopes?: readonly Scope[] | undefined;
  /** Also a refresh token, the first of a family. Sessions only: a key is a refresh token of its own kind. */
  readonly withRefresh: boolean;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly scopes: readonly Scope[];
  readonly refreshToken?: string;
  readonly refreshExpiresAt?: Date;
}

/** Tokens for who is signed in with a session or an API key; never more than the caller may do. */
export async function issueTokens(
  ctx: IssueContext,
  principal: UserPrincipal | KeyPrincipal,
  { scopes, withRefresh }: TokenRequest,
): Promise<IssuedTokens | Failure> {
  if (principal.isByToken) {
    return fail(
      "scope_missing",
      "An access token is not exchanged for another: use the session, the API key or a refresh token.",
    );
  }
  const missing = scopes?.filter((scope) => !principal.scopes.includes(scope)) ?? [];
  if (missing.length > 0) return fail("scope_missing", `You do not hold ${missing.join(", ")} yourself.`);
  const granted = scopes ?? principal.scopes;
  if (principal.kind === "key") {
    if (withRefresh) return fail("invalid_request", "An API key needs no refresh token: exchange the key again.");
    return await issueToKey(ctx, principal, granted);
  }
  return await issueToSession(ctx, principal, granted, withRefresh);
}

async function issueToKey(
  ctx: IssueContext,
  principal: KeyPrincipal,
  scopes: readonly Scope[],
): Promise<IssuedTokens | Failure> {
  const { keyId, tenantId, userId } = principal;
  const [key] = await ctx.db.query(sql<{ leftMs: number | null }>`
    select (extract(epoch from expires_at - now()) * 1000)::float8 as left_ms from apikey
    where id = ${keyId} and enabled and (expires_at is null or expires_at > now())`);
  if (!key) return fail("unauthenticated");
  const claims = {
    sub: `key:${keyId}`,
    tenantId,
    keyId,
    ...(userId === null ? {} : { userId }),
    isOperator: principal.isOperator && scopes.some((scope) => OPERATOR_SCOPES.includes(scope)),
  };
  return await sign(ctx, claims, scopes, key.leftMs ?? Number.POSITIVE_INFINITY);
}

async function issueToSession(
  ctx: IssueContext,
  { userId, tenantId, sessionId }: UserPrincipal,
  scopes: readonly Scope[],
  withRefresh: boolean,
): Promise<IssuedTokens | Failure> {
  const { db, secret, tokens } = ctx;
  const [held] = await db.query(sql<{ role: string; isOperator: boolean; isFinance: boolean; leftMs: number }>`
    select m.role, u.is_operator, u.is_finance, (extract(epoch from s.expires_at - now()) * 1000)::float8 as left_ms
    from session s join "user" u on u.id = s.user_id
      join member m on m.user_id = u.id and m.organization_id = ${tenantId}
    where s.id = ${sessionId} and s.user_id = ${userId} and s.expires_at > now()`);
  if (!held) return fail("unauthenticated");
  if (!withRefresh) return await signForUser(ctx, { userId, tenantId, sessionId, ...held }, scopes, held.leftMs);

  const family = { id: uuidv7(), nonce: crypto.randomUUID() };
  const refreshToken = await refreshTokenOf(secret, family, 1);
  // The lock lets no session end in between unseen: its trigger ends the families that are there.
  const [started] = await db.query(sql<{ expiresAt: Date }>`
    insert into refresh_families (id, tenant_id, user_id, session_id, scopes, nonce, generation, token_hash, rotated_at, expires_at)
    select ${family.id}, ${tenantId}, ${userId}, s.id, ${json(scopes)}, ${family.nonce}, 1, ${sha256Hex(refreshToken)},
      now(), now() + ${tokens.timings.familyMs / 1000}::float8 * interval '1 second'
    from (select id from session where id = ${sessionId} and expires_at > now() for share) s
    returning expires_at`);
  if (!started) return fail("unauthenticated");
  const issued = await signForUser(ctx, { userId, tenantId, sessionId, familyId: family.id, ...held }, scopes);
  return { ...issued, refreshToken, refreshExpiresAt: started.expiresAt };
}

export interface TokenUser {
  readonly userId: string;
  readonly tenantId: string;
  readonly sessionId: string;
  readonly familyId?: string;
  readonly role: string;
  readonly isOperator: boolean;
  readonly isFinance: boolean;
}

/** An access token of a user: of the scopes wanted, those that the role gives now. */
export async function signForUser(
  ctx: IssueContext,
  { userId, tenantId, sessionId, familyId, role, isOperator, isFinance }: TokenUser,
  wanted: readonly Scope[],
  leftMs = Number.POSITIVE_INFINITY,
): Promise<IssuedTokens> {
  const held = scopesOf(role, { isOperator, isFinance });
  const scopes = wanted.filter((scope) => held.includes(scope));
  const claims = {
    sub: userId,
    tenantId,
    sid: sessionId,
    ...(familyId === undefined ? {} : { fid: familyId }),
    role,
    isOperator: isOperator && scopes.some((scope) => OPERATOR_SCOPES.includes(scope)),
  };
  return await sign(ctx, claims, scopes, leftMs);
}

async function sign(
  { db, tokens }: IssueContext,
  claims: object,
  scopes: readonly Scope[],
  leftMs: number,
): Promise<IssuedTokens> {
  const lifetimeMs = Math.min(tokens.timings.accessMs, leftMs);
  const accessToken = await tokens.sign(db, { ...claims, scope: scopes.join(" ") }, lifetimeMs);
  return { accessToken, expiresInSeconds: Math.max(1, Math.floor(lifetimeMs / 1000)), scopes };
}
