import type { Database } from "#shared/database/database.ts";
import { guarded } from "#shared/database/guarded.ts";
import type { Cause } from "#shared/events/cause.ts";
import type { Signals } from "#shared/events/signals.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { PLATFORM_TENANT } from "#shared/tokens/key-events.ts";
import { runActor } from "#shared/workflows/run-actor.ts";
import type { RunGrant } from "#shared/workflows/run-token.ts";
import { BATCHING_TOPIC, type Batching } from "./batching.ts";
import { type SettingsChange, writeSettings } from "./settings.ts";

export interface BatchingContext {
  readonly db: Database;
  readonly signals: Signals;
  /** Of this process; undefined where requests share no loads. */
  readonly batching: Batching | undefined;
}

type Change = Omit<SettingsChange, "setBy">;

/** Changes what is named, in every process within a second. */
export async function changeSettings(ctx: BatchingContext, change: SettingsChange): Promise<void> {
  await ctx.db.query(writeSettings(change));
  await tell(ctx);
}

/** The same by a workflow run. A tenant can grant its runs the scope, but these settings are the platform's. */
export async function changeSettingsByRun(
  ctx: BatchingContext,
  run: RunGrant & { cause: Cause },
  change: Change,
): Promise<undefined | Failure> {
  const refused = refuseTenant(run);
  if (refused) return refused;
  const { cause, guards } = runActor(run);
  const written = await guarded(() => ctx.db.batch([...guards, writeSettings({ ...change, setBy: cause.actor })]));
  if (isFailure(written)) return written;
  await tell(ctx);
  return undefined;
}

export const refuseTenant = ({ tenantId }: RunGrant): Failure | undefined =>
  tenantId === PLATFORM_TENANT ? undefined : fail("not_found");

async function tell({ signals, batching }: BatchingContext): Promise<void> {
  signals.publish(BATCHING_TOPIC);
  await batching?.settled();
}
