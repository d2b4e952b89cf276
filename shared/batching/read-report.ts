import type { Database } from "#shared/database/database.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Batching } from "./batching.ts";
import { readSettings, type SettingsInForce } from "./settings.ts";
import { type LoadStatistics, type RouteStatistics, readStatistics } from "./statistics.ts";

const DAY_MS = 86_400_000;

export interface BatchingReport {
  since: Date;
  settings: SettingsInForce;
  kinds: LoadStatistics[];
  routes: RouteStatistics[];
}

/** What was saved since then (default: in the last 24 hours), what this process counted until now among it. */
export async function readReport(
  { db, clock, batching }: { db: Database; clock: Clock; batching: Batching | undefined },
  asked: string | undefined,
): Promise<BatchingReport> {
  const since = asked === undefined ? new Date(clock() - DAY_MS) : new Date(asked);
  await batching?.keepCounts();
  const [settings, statistics] = await Promise.all([readSettings(db), readStatistics(db, { since })]);
  return { since, settings, ...statistics };
}
