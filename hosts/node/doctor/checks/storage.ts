import { usageCompleteness } from "#shared/costs/read-usage.ts";
import { FLUSH_MS } from "#shared/costs/usage-writer.ts";
import { sql } from "#shared/database/sql.ts";
import { type Check, type Finding, NEEDS_DATABASE, ok, warn } from "../check.ts";

/** Fewer days than this, and a host that nobody restarts would soon write into the default partitions. */
const LEAST_DAYS_AHEAD = 2;

export const partitions: Check = {
  name: "partitions",
  needsDatabase: true,
  async run({ database }) {
    const rows =
      (await database?.query(sql<{ parent: string; daysAhead: number | null }>`
        select p.relname as parent,
          max(to_date(substring(c.relname from '\\d{8}$'), 'YYYYMMDD')) - (now() at time zone 'utc')::date as days_ahead
        from pg_partitioned_table t join pg_class p on p.oid = t.partrelid
          left join pg_inherits i on i.inhparent = p.oid left join pg_class c on c.oid = i.inhrelid and c.relname ~ '_\\d{8}$'
        where p.relnamespace = 'public'::regnamespace group by 1 order by 1`)) ?? [];
    const short = rows.filter(({ daysAhead }) => (daysAhead ?? -1) < LEAST_DAYS_AHEAD);
    if (short.length === 0) return ok(`made ${Math.min(...rows.map(({ daysAhead }) => daysAhead ?? 0))} days ahead`);
    return short.map(({ parent, daysAhead }) =>
      warn(
        `${parent}: ${daysAhead === null ? "no day has one" : `made ${daysAhead} days ahead`}`,
        "The task keep-history and every start make them: see whether a host runs and leads. Nothing is lost meanwhile.",
      ),
    );
  },
};

export const usage: Check = {
  name: "usage records",
  needsDatabase: true,
  async run({ database }) {
    if (!database) return NEEDS_DATABASE;
    const all = await usageCompleteness(database);
    const gaps = all.filter(({ served, recorded }) => recorded < served);
    const crashed = all.filter(({ hasCrashed }) => hasCrashed);
    const findings: Finding[] = gaps.map(({ processId, served, recorded }) =>
      warn(
        `process ${processId} served ${served} invocations and recorded ${recorded}`,
        "The database was away for too long: costs of that time are too low by the difference. Nothing mends it afterwards.",
      ),
    );
    if (crashed.length > 0) {
      findings.push(
        warn(
          `${crashed.length} processes crashed: what each served in its last ${FLUSH_MS} ms is not known`,
          "Stop hosts with SIGTERM, which loses none.",
        ),
      );
    }
    const served = all.reduce((sum, process) => sum + process.served, 0);
    return findings.length > 0 ? findings : ok(`${served} invocations served, none missing`);
  },
};
