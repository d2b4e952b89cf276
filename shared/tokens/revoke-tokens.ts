import type { Database } from "#shared/database/database.ts";
import { emitting, json, sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import { isOurs, readRefreshToken } from "./refresh-token.ts";

/**
 * Row triggers tell every process what these end: the tokens of a family, a session or a key are refused within a
 * second of the commit.
 */

/** Ends the family of a token that was used a second time, and tells `tokens.reuse_detected`, once. */
export async function revokeReused(db: Database, familyId: string, generation: number, cause: Cause): Promise<void> {
  await db.query(
    emitting(sql`
    with hit as (
      update refresh_families set revoked_at = now(), revoked_reason = 'reuse'
      where id = ${familyId} and revoked_at is null returning *)
    select rainwire_emit(uuidv7(), tenant_id, 'tokens.reuse_detected', 'refresh-families/' || id, generation,
      jsonb_build_object('familyId', id, 'userId', user_id, 'sessionId', session_id, 'generation', ${generation}::int,
        'currentGeneration', generation), ${json(cause)})
    from hit`),
  );
}

/** Ends the family of a refresh token (RFC 7009). A token that is none of ours ends nothing, and nobody is told. */
export async function revokeRefreshToken(ctx: { db: Database; secret: string }, token: string): Promise<void> {
  const parts = readRefreshToken(token);
  if (!parts) return;
  const [family] = await ctx.db.query(
    sql<{ id: string; nonce: string }>`select id, nonce from refresh_families where id = ${parts.familyId}`,
  );
  if (family && (await isOurs(ctx.secret, family, parts))) await revokeFamily(ctx.db, family.id, "signed_out");
}

/** False: there is none, or it has ended already. */
export async function revokeFamily(
  db: Database,
  familyId: string,
  reason: "signed_out" | "operator",
): Promise<boolean> {
  const ended = await db.query(sql`
    update refresh_families set revoked_at = now(), revoked_reason = ${reason}
    where id = ${familyId} and revoked_at is null returning id`);
  return ended.length > 0;
}

/** Ends a session and its families. False: there is none. */
export async function revokeSession(db: Database, sessionId: string): Promise<boolean> {
  return (await db.query(sql`delete from session where id = ${sessionId} returning id`)).length > 0;
}

/** Ends everything that a user signed in with, everywhere. API keys belong to the tenant and stay. */
export async function revokeUser(
  db: Database,
  userId: string,
  reason: "signed_out" | "operator",
): Promise<{ sessions: number; families: number }> {
  const [families, sessions] = await db.batch([
    sql`update refresh_families set revoked_at = now(), revoked_reason = ${reason}
      where user_id = ${userId} and revoked_at is null returning id`,
    sql`delete from session where user_id = ${userId} returning id`,
  ]);
  return { sessions: sessions.length, families: families.length };
}
