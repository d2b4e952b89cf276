import type { Database } from "#shared/database/database.ts";
import { json, type Statement, sql } from "#shared/database/sql.ts";
import type { EventName } from "#shared/events/catalog.ts";
import type { Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import { lastHour, tellHour } from "#shared/events/tell-hour.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { PLATFORM_TENANT } from "#shared/tokens/key-events.ts";
import { type Alarm, findAlarms, type Standing, targetOf } from "./find-alarms.ts";
import { readSettings } from "./settings.ts";
import { hitRateOf, readHotPaths, readStatistics, requestsOf } from "./statistics.ts";

/** Looked through for alarms, and told of. */
const MOST_HOT_PATHS = 200;
const MOST_TOLD = 10;

/**
 * Tells `caching.digest_ready` of the last whole hour, and an alarm for each route whose hit rate fell under its target and
 * each answer that became hot in it: once, whoever asks and how often. An alarm is not told again while it stays; an hour
 * without a request is not told of.
 * @returns what it told
 */
export async function tellDigest({ db, clock }: { db: Database; clock: Clock }, cause: Cause): Promise<EventName[]> {
  const hour = lastHour(clock);
  const { since, until } = hour;
  const [routes, hotPaths, settings, standing] = await Promise.all([
    readStatistics(db, hour),
    readHotPaths(db, hour, MOST_HOT_PATHS),
    readSettings(db),
    db.query(sql<Standing>`select name, subject from caching_alarms`),
  ]);
  if (routes.length === 0) return [];
  const { begun, ended } = findAlarms({ ...hour, routes, hotPaths }, settings, standing);
  const event = { tenantId: PLATFORM_TENANT, subjectVersion: since.getTime(), cause };
  const isTold = await tellHour(db, "caching_settings", hour, [
    emit({
      ...event,
      name: "caching.digest_ready",
      subject: "caching/digest",
      data: {
        since: since.toISOString(),
        until: until.toISOString(),
        targetHitRate: settings.targetHitRate,
        requests: requestsOf(routes),
        hits: routes.reduce((sum, { hits }) => sum + hits, 0),
        hitRate: hitRateOf(routes),
        routes: routes.map((route) => ({ ...route, targetHitRate: targetOf(settings, route.operationId) })),
        hotKeys: hotPaths.slice(0, MOST_TOLD),
      },
    }),
    ...begun.map((alarm) => emitAlarm(alarm, event)),
    sql`insert into caching_alarms (name, subject, since)
      select a.name, a.subject, ${since} from jsonb_to_recordset(${json(begun.map(nameOf))}) as a(name text, subject text)
      on conflict do nothing`,
    sql`delete from caching_alarms where (name, subject) in
      (select e.name, e.subject from jsonb_to_recordset(${json(ended)}) as e(name text, subject text))`,
  ]);
  return isTold ? ["caching.digest_ready", ...begun.map(({ name }) => name)] : [];
}

const nameOf = ({ name, subject }: Alarm): Standing => ({ name, subject });

function emitAlarm(alarm: Alarm, event: { tenantId: string; subjectVersion: number; cause: Cause }): Statement {
  return alarm.name === "caching.hit_rate_dropped"
    ? emit({ ...event, name: alarm.name, subject: `caching/routes/${alarm.subject}`, data: alarm.data })
    : emit({ ...event, name: alarm.name, subject: `caching/answers/${alarm.subject}`, data: alarm.data });
}
