import { guarded } from "#shared/database/guarded.ts";
import type { Cause } from "#shared/events/cause.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { runActor } from "#shared/workflows/run-actor.ts";
import type { RunGrant } from "#shared/workflows/run-token.ts";
import { PLATFORM_TENANT } from "./key-events.ts";
import { promoteKey } from "./promote-key.ts";
import { type KeysContext, publishKey, type RotationActor } from "./publish-key.ts";
import { retireKey } from "./retire-key.ts";

/**
 * What workflow runs do to signing keys. Only the platform's own runs may: a tenant can grant its runs the scopes, but
 * its runs act for the tenant, which has no signing keys.
 */

type Run = RunGrant & { cause: Cause };

export const rotationRun = (run: Run): RotationActor | Failure =>
  run.tenantId === PLATFORM_TENANT ? runActor(run) : fail("not_found");

export async function publishKeyByRun(
  ctx: KeysContext,
  run: Run,
  isEarly: boolean,
): Promise<{ keyId: string } | Failure> {
  const actor = rotationRun(run);
  if (isFailure(actor)) return actor;
  return await guarded(async () => ({ keyId: await publishKey(ctx, actor, isEarly) }));
}

export async function promoteKeyByRun(ctx: KeysContext, run: Run, keyId: string): Promise<undefined | Failure> {
  const actor = rotationRun(run);
  return isFailure(actor) ? actor : await promoteKey(ctx, actor, keyId);
}

export async function retireKeyByRun(ctx: KeysContext, run: Run, keyId: string): Promise<undefined | Failure> {
  const actor = rotationRun(run);
  return isFailure(actor) ? actor : await retireKey(ctx, actor, keyId);
}
