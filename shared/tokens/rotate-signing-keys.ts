import type { Database } from "#shared/database/database.ts";
import { emitting, sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { emitDue, SYSTEM_CAUSE } from "./key-events.ts";
import { dueSteps, type KeyState, type KeyStep } from "./key-steps.ts";
import { promoteKey } from "./promote-key.ts";
import { ensureSigningKey, type KeysContext, publishKey, type RotationActor } from "./publish-key.ts";
import { retireKey } from "./retire-key.ts";

/** A signing key as operators and workflows see it. */
export interface SigningKey extends KeyState {
  readonly alg: string;
  readonly publishedAt: Date;
  readonly promotableAt: Date;
  readonly promotesAt: Date;
  readonly promotedAt: Date | null;
  readonly retiresAt: Date | null;
  readonly retiredAt: Date | null;
  readonly leavesAt: Date | null;
}

/** All signing keys, the oldest first, and the database's clock. */
export async function readSigningKeys(db: Database): Promise<{ keys: SigningKey[]; nowMs: number }> {
  const [row] = await db.query(
    sql<{ nowMs: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`,
  );
  const keys = await db.query(sql<SigningKey>`
    select id, alg, phase, announced_phase, published_at, promotable_at, promotes_at, promoted_at, retires_at, retired_at,
      leaves_at, (extract(epoch from promotable_at) * 1000)::float8 as promotable_at_ms,
      (extract(epoch from promotes_at) * 1000)::float8 as promotes_at_ms,
      (extract(epoch from retires_at) * 1000)::float8 as retires_at_ms,
      (extract(epoch from leaves_at) * 1000)::float8 as leaves_at_ms
    from signing_keys order by published_at`);
  return { keys, nowMs: row?.nowMs ?? 0 };
}

/**
 * Takes the steps whose deadline has come, and announces those that may be taken early. Safe to run at any time, also
 * beside another process.
 * @returns the steps taken
 */
export async function rotateSigningKeys(ctx: KeysContext, cause: Cause = SYSTEM_CAUSE): Promise<KeyStep[]> {
  const { keys, nowMs } = await readSigningKeys(ctx.db);
  const steps = dueSteps(keys, nowMs, ctx.tokens.timings);
  const taken: KeyStep[] = [];
  for (const step of steps) if (await take(ctx, step, cause)) taken.push(step);
  return taken;
}

/** False: it was not to be taken any more. */
async function take(ctx: KeysContext, step: KeyStep, cause: Cause): Promise<boolean> {
  const byDeadline: RotationActor = { cause, guards: [] };
  switch (step.do) {
    case "publish":
      if ("keyId" in step) await publishKey(ctx, byDeadline, false);
      else await ensureSigningKey(ctx);
      return true;
    case "promote":
      return !isFailure(await promoteKey(ctx, byDeadline, step.keyId));
    case "retire":
      return !isFailure(await retireKey(ctx, byDeadline, step.keyId));
    case "announce": {
      const told = { step: step.step, reason: "deadline", requestedBy: null, note: null } as const;
      const announced = await ctx.db.query(
        emitting(sql`with hit as (
          update signing_keys set announced_phase = phase where id = ${step.keyId} and announced_phase is distinct from phase
          returning id)
          ${emitDue({ ...told, deadlineAtMs: step.deadlineAtMs }, cause)}`),
      );
      return announced.length > 0;
    }
  }
}

/**
 * Asks for a rotation before its time: tells `tokens.rotation_due`, and the workflow decides. Without one nothing comes
 * of it, and the rotation happens at its deadline. `already_exists`: one is under way.
 */
export async function requestRotation(
  { db }: Pick<KeysContext, "db">,
  { cause }: Pick<RotationActor, "cause">,
  note: string | null,
): Promise<{ keyId: string } | Failure> {
  const told = { step: "publish", reason: "requested", deadlineAtMs: null, requestedBy: cause.actor, note } as const;
  const [results] = await db.batch([
    emitting(sql<{ keyId: string }>`with hit as (
      select id from signing_keys where phase = 'signing' and not exists (select from signing_keys where phase = 'published')),
      told as (${emitDue(told, cause)})
      select hit.id as key_id from hit, told`),
  ]);
  return results[0] ?? fail("already_exists", "A successor is published already: the rotation is under way.");
}

/** Drops what no token and no reader needs any more. */
export async function sweepTokens(db: Database): Promise<void> {
  await db.query(sql`delete from credential_changes where expires_at < now()`);
  await db.query(sql`delete from refresh_families where expires_at < now() - interval '30 days'`);
}
