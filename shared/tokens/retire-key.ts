import { ensure } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { emitting, sql } from "#shared/database/sql.ts";
import { touching } from "#shared/database/tags.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { emitRotation } from "./key-events.ts";
import { ensureSigningKey, JWKS_TAG, KEYS_LOCK, type KeysContext, type RotationActor } from "./publish-key.ts";

/** Takes a retired key out of the JWKS; one that is gone stays gone. `not_due`: a token of it may still hold. */
export async function retireKey(
  ctx: KeysContext,
  { cause, guards }: RotationActor,
  keyId: string,
): Promise<undefined | Failure> {
  return await guarded(async () => {
    await ctx.db.batch([
      ...guards,
      KEYS_LOCK,
      ensure(
        "not_due",
        sql`not exists (select from signing_keys where id = ${keyId} and (leaves_at is null or leaves_at > now()))`,
      ),
      touching(
        emitting(sql`with hit as (delete from signing_keys where id = ${keyId} returning id)
        ${emitRotation("retire", sql`null::uuid`, cause)}`),
        JWKS_TAG,
      ),
    ]);
    return undefined;
  });
}

/**
 * For a key that somebody else may have: it is gone at once, with all that it signed. A published successor signs at
 * once, else a new key does; verifiers that keep the JWKS fail new tokens until they read it again. False: no such key.
 */
export async function revokeSigningKey(ctx: KeysContext, { cause }: RotationActor, keyId: string): Promise<boolean> {
  const [, gone] = await ctx.db.batch([
    KEYS_LOCK,
    touching(
      emitting<{ emitted: null }>(sql`with hit as (delete from signing_keys where id = ${keyId} returning id)
      ${emitRotation("retire", sql`null::uuid`, cause)}`),
      JWKS_TAG,
    ),
    emitting(sql`with hit as (
      update signing_keys set phase = 'signing', promoted_at = now(),
        retires_at = now() + ${ctx.tokens.timings.signingMs / 1000}::float8 * interval '1 second'
      where phase = 'published' and not exists (select from signing_keys where phase = 'signing') returning id)
      ${emitRotation("promote", sql`${keyId}::uuid`, cause)}`),
  ]);
  await ensureSigningKey(ctx);
  return gone.length > 0;
}
