import { isScope, type Scope } from "#shared/accounts/scopes.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import { type IssueContext, type IssuedTokens, signForUser } from "./issue-tokens.ts";
import { isOurs, type RefreshTokenParts, readRefreshToken, refreshTokenOf } from "./refresh-token.ts";
import { revokeReused } from "./revoke-tokens.ts";

export interface RefreshContext extends IssueContext {
  causedBy(actor: string): Cause;
}

interface FamilyRow {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: string[];
  readonly nonce: string;
  readonly generation: number;
  readonly sinceRotationMs: number;
  readonly leftMs: number;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
  readonly role: string | null; // null: the user is not, or no longer, a member
  readonly isOperator: boolean | null;
  readonly isFinance: boolean | null;
}

/**
 * A new access token and the refresh token's successor, for a refresh token that has not been used. Used again within
 * `retryMs`, say because the answer was lost, it gives that same successor; used later, or once the successor was used,
 * the family is revoked, for one of the two holders is not who it was given to (RFC 9700 §4.14.2).
 */
export async function refreshTokens(ctx: RefreshContext, token: string): Promise<IssuedTokens | Failure> {
  const parts = readRefreshToken(token);
  const family = parts && (await readFamily(ctx.db, parts.familyId));
  if (!parts || !family || !(await isOurs(ctx.secret, family, parts))) return fail("unauthenticated");
  if (family.isRevoked) return fail("unauthenticated", "This chain of tokens was ended. Sign in again.");
  if (family.leftMs <= 0) return fail("credential_expired");
  if (family.role === null) return fail("tenant_missing");

  const successor = await refreshTokenOf(ctx.secret, family, parts.generation + 1);
  if (!(await isCurrentNow(ctx, family, parts, { token, successor }))) {
    await revokeReused(ctx.db, family.id, parts.generation, ctx.causedBy(`user:${family.userId}`));
    return fail("unauthenticated", "This token was used before, so its whole chain is ended. Sign in again.");
  }
  const { userId, tenantId, sessionId, role, isOperator, isFinance, id: familyId } = family;
  const issued = await signForUser(
    ctx,
    { userId, tenantId, sessionId, familyId, role, isOperator: isOperator ?? false, isFinance: isFinance ?? false },
    family.scopes.filter((scope): scope is Scope => isScope(scope)),
    family.leftMs,
  );
  return { ...issued, refreshToken: successor, refreshExpiresAt: family.expiresAt };
}

/** Makes the successor the family's current token, or finds that a use of the same token just did. */
async function isCurrentNow(
  { db, tokens }: RefreshContext,
  family: FamilyRow,
  { generation }: RefreshTokenParts,
  { token, successor }: { token: string; successor: string },
): Promise<boolean> {
  if (generation === family.generation) {
    const rotated = await db.query(sql`
      update refresh_families set generation = generation + 1, token_hash = ${sha256Hex(successor)}, rotated_at = now()
      where id = ${family.id} and generation = ${generation} and token_hash = ${sha256Hex(token)}
        and revoked_at is null
      returning id`);
    if (rotated.length > 0) return true;
  }
  const now = generation === family.generation ? await readFamily(db, family.id) : family;
  return (
    now !== undefined &&
    !now.isRevoked &&
    now.generation === generation + 1 &&
    now.sinceRotationMs <= tokens.timings.retryMs
  );
}

async function readFamily(db: Database, id: string): Promise<FamilyRow | undefined> {
  const [family] = await db.query(sql<FamilyRow>`
    select f.id, f.tenant_id, f.user_id, f.session_id, f.scopes, f.nonce, f.generation, f.expires_at,
      (extract(epoch from clock_timestamp() - f.rotated_at) * 1000)::float8 as since_rotation_ms,
      (extract(epoch from f.expires_at - now()) * 1000)::float8 as left_ms, f.revoked_at is not null as is_revoked,
      m.role, u.is_operator, u.is_finance
    from refresh_families f
      left join member m on m.user_id = f.user_id and m.organization_id = f.tenant_id
      left join "user" u on u.id = f.user_id
    where f.id = ${id}`);
  return family;
}
