import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { forMany, lockLedger } from "./lock.ts";
import { addExcluded, COLUMNS, field, LAST_ID, SUM_COLUMNS, SUM_RECORDS } from "./record-sums.ts";

/** Packs of one batch: some 100,000 records. */
const BATCH_PACKS = 100;

export interface RolledUp {
  packs: number;
  records: number;
}

/**
 * Adds packed usage records to cells and slices. A pack is marked in the statement that adds its records, so that
 * whatever is cut off, repeated or run by two processes at once loses and doubles nothing; a late pack is taken when
 * it comes. Usage of a closed month stands in cells of a later epoch, which only a correction prices.
 * @param mostPacks stops after so many; all that wait unless told
 */
export async function rollUpUsage(db: Database, mostPacks = Number.POSITIVE_INFINITY): Promise<RolledUp> {
  const total: RolledUp = { packs: 0, records: 0 };
  while (total.packs < mostPacks) {
    const [, , rows] = await db.batch([
      lockLedger(),
      forMany(),
      rollUp(Math.min(BATCH_PACKS, mostPacks - total.packs)),
    ]);
    const { packs = 0, records = 0 } = rows[0] ?? {};
    total.packs += packs;
    total.records += records;
    if (packs < BATCH_PACKS) break;
  }
  return total;
}

const rollUp = (packs: number): Statement<RolledUp> => sql<RolledUp>`
  with taken as (
    update usage_packs set rolled_up_at = now()
    where id in (select id from usage_packs where rolled_up_at is null order by id limit ${packs}::int)
    returning process_id, record_count, records, coalesce(host, (select h.host from host_processes h where h.id = process_id), 'workers') as host),
  grouped as materialized (
    select host, (to_timestamp(${field("startedAtMs")}::float8 / 1000) at time zone 'utc')::date as day,
      ${field("function")} as function, ${field("tenantId")} as tenant_id, ${field("executionId")} as execution_id,
      case when ${field("executionId")} is null then (floor(${field("startedAtMs")}::float8 / 3600000)::bigint % 24)::smallint else -1 end as hour,
      min(${field("id")} collate "C") as first_id, max(${LAST_ID} collate "C") as last_id, ${SUM_RECORDS}
    from taken cross join lateral jsonb_array_elements(records) as r
    group by 1, 2, 3, 4, 5, 6),
  homed as materialized (
    select g.*, e.workflow_id, coalesce(p.epoch, 0) as epoch from grouped g
    left join workflow_executions e on e.id = g.execution_id::uuid and e.tenant_id = g.tenant_id
    left join cost_periods p on p.period = to_char(g.day, 'YYYY-MM')),
  cells as (
    insert into usage_cells (day, host, function, tenant_id, workflow_id, epoch, ${COLUMNS})
    select day, host, function, tenant_id, workflow_id, epoch, ${SUM_COLUMNS} from homed
    group by 1, 2, 3, 4, 5, 6
    on conflict (day, host, function, tenant_id, workflow_id, epoch) do update set ${addExcluded("usage_cells")}
    returning id, day, host, function, tenant_id, workflow_id, epoch),
  slices as (
    insert into usage_slices (cell_id, day, execution_id, hour, first_id, last_id, ${COLUMNS})
    select c.id, h.day, h.execution_id::uuid, h.hour, h.first_id::uuid, h.last_id::uuid, ${COLUMNS}
    from homed h join cells c on c.day = h.day and c.host = h.host and c.function = h.function and c.epoch = h.epoch
      and coalesce(c.tenant_id, '') = coalesce(h.tenant_id, '') and coalesce(c.workflow_id, '') = coalesce(h.workflow_id, '')
    on conflict (cell_id, execution_id, hour) do update set ${addExcluded("usage_slices")},
      first_id = least(usage_slices.first_id, excluded.first_id), last_id = greatest(usage_slices.last_id, excluded.last_id)
    returning 1),
  counted as (
    update host_processes h set recorded_count = h.recorded_count + t.records
    from (select process_id, sum(record_count)::bigint as records from taken group by 1) t where h.id = t.process_id returning 1)
  select (select count(*) from taken) as packs, (select coalesce(sum(invocations), 0)::bigint from homed) as records,
    (select count(*) from slices) as slices`;
