import { type Database, isGuard } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { PLATFORM_TENANT } from "#shared/tokens/key-events.ts";
import { readSettings } from "./settings.ts";
import { readStatistics } from "./statistics.ts";

const HOUR_MS = 3_600_000;

/**
 * Tells `batching.digest_ready` of the last whole hour, once, whoever asks and how often; an hour without a load is not
 * told of.
 * @returns whether it told
 */
export async function tellDigest({ db, clock }: { db: Database; clock: Clock }, cause: Cause): Promise<boolean> {
  const until = new Date(Math.floor(clock() / HOUR_MS) * HOUR_MS);
  const since = new Date(until.getTime() - HOUR_MS);
  const { kinds } = await readStatistics(db, { since, until });
  if (kinds.length === 0) return false;
  const { budgetMs, mostKeys } = await readSettings(db);
  try {
    await db.batch([
      sql`insert into batching_settings default values on conflict (is_only) do nothing`,
      mustHit("told", sql`update batching_settings set told_hour = ${since} where told_hour < ${since}`),
      emit({
        name: "batching.digest_ready",
        tenantId: PLATFORM_TENANT,
        subject: "batching/digest",
        subjectVersion: since.getTime(),
        data: { since: since.toISOString(), until: until.toISOString(), budgetMs, mostKeys, kinds },
        cause,
      }),
    ]);
    return true;
  } catch (error) {
    if (isGuard(error, "told")) return false;
    throw error;
  }
}
