import type { Database } from "#shared/database/database.ts";
import { emitting, sql } from "#shared/database/sql.ts";
import { PLATFORM } from "#shared/events/platform.ts";

/** Records that a process did not leave for invocations that it says it served. */
export interface UsageGap {
  processId: number;
  host: string;
  served: number;
  recorded: number;
  missing: number;
}

const GAPS = sql`
  select h.id, h.host, h.served_count as served, h.gap_reported, h.recorded_count + coalesce(w.records, 0) as recorded
  from host_processes h
  left join (select process_id, sum(record_count)::bigint as records from usage_packs where rolled_up_at is null group by 1) w on w.process_id = h.id
  where h.served_count > h.recorded_count + coalesce(w.records, 0)`;

/** Every process with a gap, told of or not. What a crashed process served after its last word nobody knows. */
export const listGaps = (db: Database): Promise<UsageGap[]> =>
  db.query(
    sql<UsageGap>`select id as process_id, host, served, recorded, served - recorded as missing from (${GAPS}) g order by id`,
  );

/** Emits `costs.usage_incomplete` for each gap that is new or has grown since it was told of; returns how many. */
export async function raiseGaps(db: Database): Promise<number> {
  const rows = await db.query(
    emitting(sql`
      with gaps as (${GAPS}),
      told as (
        update host_processes h set gap_reported = g.served - g.recorded from gaps g
        where h.id = g.id and g.served - g.recorded > h.gap_reported
        returning h.id, h.host, g.served, g.recorded, g.gap_reported)
      select rainwire_emit(uuidv7(), ${PLATFORM}, 'costs.usage_incomplete', 'processes/' || id, served,
        jsonb_build_object('processId', id, 'host', host, 'served', served, 'recorded', recorded, 'missing', served - recorded,
          'newlyMissing', served - recorded - gap_reported), rainwire_context()) from told`),
  );
  return rows.length;
}
