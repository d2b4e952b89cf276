import { ensure } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { emitting, sql } from "#shared/database/sql.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { emitRotation } from "./key-events.ts";
import { KEYS_LOCK, type KeysContext, type RotationActor, seconds } from "./publish-key.ts";
import { retiredMs } from "./timings.ts";

/**
 * Lets the published key sign from now on; the one that signed is retired, and its private half forgotten. A key that
 * signs already stays. `not_due`: some verifier may not have it yet.
 */
export async function promoteKey(
  ctx: KeysContext,
  { cause, guards }: RotationActor,
  keyId: string,
): Promise<undefined | Failure> {
  const { timings } = ctx.tokens;
  const key = sql`from signing_keys where id = ${keyId}`;
  return await guarded(async () => {
    await ctx.db.batch([
      ...guards,
      KEYS_LOCK,
      ensure("not_found", sql`exists (select ${key} and phase in ('published', 'signing'))`),
      ensure("not_due", sql`exists (select ${key} and (phase = 'signing' or promotable_at <= now()))`),
      sql`update signing_keys set phase = 'retired', retired_at = now(), leaves_at = now() + ${seconds(retiredMs(timings))},
          private_key = null
        where phase = 'signing' and exists (select ${key} and phase = 'published')`,
      emitting(sql`with hit as (
        update signing_keys set phase = 'signing', promoted_at = now(), retires_at = now() + ${seconds(timings.signingMs)}
        where id = ${keyId} and phase = 'published' returning id)
        ${emitRotation("promote", sql`(select id from signing_keys where retired_at = now())`, cause)}`),
    ]);
    return undefined;
  });
}
