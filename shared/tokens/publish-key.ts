import type { Database } from "#shared/database/database.ts";
import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";
import { touching } from "#shared/database/tags.ts";
import type { Cause } from "#shared/events/cause.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { seal } from "#shared/kernel/sealed.ts";
import { emitRotation, SYSTEM_CAUSE } from "./key-events.ts";
import { makeKeyPair } from "./key-pair.ts";
import { publishedMs, type TokenTimings } from "./timings.ts";

export interface KeysContext {
  readonly db: Database;
  /** Seals private keys. */
  readonly secret: string;
  readonly tokens: { readonly timings: TokenTimings };
}

/** On whose behalf a step of a rotation is taken, and what must still hold for it. */
export interface RotationActor {
  readonly cause: Cause;
  readonly guards: readonly Statement[];
}

/** Of the JWKS: it moves with what that shows, so that a CDN forgets it. */
export const JWKS_TAG = "jwks";

export const SEALED_FOR = "signing-key";

/** Whoever changes which key does what holds it; the number only has to be nobody else's. */
export const KEYS_LOCK: Statement = sql`select pg_advisory_xact_lock(7249001002)`;

export const seconds = (ms: number): Statement => sql`${ms / 1000}::float8 * interval '1 second'`;

async function newKey({ secret }: KeysContext) {
  const { alg, publicJwk, privateJwk } = await makeKeyPair();
  const sealed = await seal(secret, SEALED_FOR, JSON.stringify(privateJwk));
  return { id: uuidv7(), alg, publicJwk, sealed };
}

/** Where no key signs, one that does at once: no verifier knows any yet. Another process may have been first. */
export async function ensureSigningKey(ctx: KeysContext): Promise<void> {
  const { timings } = ctx.tokens;
  const key = await newKey(ctx);
  await ctx.db.batch([
    KEYS_LOCK,
    touching(
      emitting(sql`with hit as (
      insert into signing_keys (id, alg, public_jwk, private_key, phase, published_at, promotable_at, promotes_at,
        promoted_at, retires_at)
      select ${key.id}, ${key.alg}, ${json(key.publicJwk)}, ${key.sealed}, 'signing', now(), now(), now(), now(),
        now() + ${seconds(timings.signingMs)}
      where not exists (select from signing_keys where phase = 'signing') returning id)
      ${emitRotation("promote", sql`null::uuid`, SYSTEM_CAUSE)}`),
      JWKS_TAG,
    ),
  ]);
}

/**
 * Publishes the successor of the key that signs, unless there is one. `isEarly`: it signs as soon as every verifier has it
 * and the time for approval is over; else when its predecessor's time is over.
 * @returns the id of the successor
 */
export async function publishKey(
  ctx: KeysContext,
  { cause, guards }: RotationActor,
  isEarly: boolean,
): Promise<string> {
  const { timings } = ctx.tokens;
  const key = await newKey(ctx);
  const promotable = sql`now() + ${seconds(publishedMs(timings))}`;
  const early = sql`${promotable} + ${seconds(timings.approvalMs)}`;
  const late = sql`greatest(${promotable}, (select retires_at from signing_keys where phase = 'signing'))`;
  const results = await ctx.db.batch([
    ...guards,
    KEYS_LOCK,
    touching(
      emitting(sql`with hit as (
      insert into signing_keys (id, alg, public_jwk, private_key, phase, published_at, promotable_at, promotes_at)
      select ${key.id}, ${key.alg}, ${json(key.publicJwk)}, ${key.sealed}, 'published', now(), ${promotable},
        ${isEarly ? early : late}
      where not exists (select from signing_keys where phase = 'published') returning id)
      ${emitRotation("publish", sql`(select id from signing_keys where phase = 'signing')`, cause)}`),
      JWKS_TAG,
    ),
    sql<{ id: string }>`select id from signing_keys where phase = 'published'`,
  ]);
  const [row] = results.at(-1) as { id: string }[]; // safe: the rows of the last statement
  if (!row) throw new Error("A key was published and is gone again: look at who else changes signing_keys.");
  return row.id;
}
