import type { Database } from "#shared/database/database.ts";
import type { Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import { lastHour, tellHour } from "#shared/events/tell-hour.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { PLATFORM_TENANT } from "#shared/tokens/key-events.ts";
import { readSettings } from "./settings.ts";
import { readStatistics } from "./statistics.ts";

/**
 * Tells `batching.digest_ready` of the last whole hour, once, whoever asks and how often; an hour without a load is not
 * told of.
 * @returns whether it told
 */
export async function tellDigest({ db, clock }: { db: Database; clock: Clock }, cause: Cause): Promise<boolean> {
  const hour = lastHour(clock);
  const { since, until } = hour;
  const { kinds } = await readStatistics(db, hour);
  if (kinds.length === 0) return false;
  const { budgetMs, mostKeys } = await readSettings(db);
  return await tellHour(db, "batching_settings", hour, [
    emit({
      name: "batching.digest_ready",
      tenantId: PLATFORM_TENANT,
      subject: "batching/digest",
      subjectVersion: since.getTime(),
      data: { since: since.toISOString(), until: until.toISOString(), budgetMs, mostKeys, kinds },
      cause,
    }),
  ]);
}
