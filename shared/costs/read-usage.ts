import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { COUNT, field, isOf } from "./ledger/record-sums.ts";
import { type Packed, unpackRecords } from "./usage-pack.ts";
import type { UsageRecord } from "./usage-record.ts";

/** The record of one invocation; undefined when there is none, or it has not been packed yet. */
export async function readUsageRecord(db: Database, invocationId: string): Promise<UsageRecord | undefined> {
  const [row] = await db.query(sql<{ record: Packed }>`
    select r as record from usage_packs p cross join lateral jsonb_array_elements(p.records) as r
    where p.first_id <= ${invocationId} and p.last_id >= ${invocationId} and ${isOf(invocationId)} limit 1`);
  return row && unpackRecords(row.record).find(({ id }) => id === invocationId);
}

/** What a function used in a period. */
export interface FunctionUsage {
  function: string;
  invocations: number;
  failures: number;
  wallMs: number;
  /** null when nothing of it was measured or estimated. */
  cpuMs: number | null;
  sqlStatements: number;
  sqlMs: number;
  queueMessages: number;
  outgoingCalls: number;
  logBytes: number;
}

/**
 * Usage by function since an instant; of records that are packed as one, since the first of them.
 * @param tenantId one tenant's; undefined: everybody's and the platform's own
 */
export const usageByFunction = (db: Database, since: Date, tenantId?: string): Promise<FunctionUsage[]> =>
  db.query(sql<FunctionUsage>`
    select ${field("function")} as function, sum(${COUNT})::bigint as invocations,
      coalesce(sum(${COUNT}) filter (where ${field("outcome")} in ('error', 'dead')), 0)::bigint as failures,
      sum(${field("wallMs")}::float8) as wall_ms, sum(${field("cpuMs")}::float8) as cpu_ms,
      sum(${field("sqlStatements")}::float8) as sql_statements, sum(${field("sqlMs")}::float8) as sql_ms,
      sum(${field("queueMessages")}::float8) as queue_messages, sum(${field("outgoingCalls")}::float8) as outgoing_calls,
      sum(${field("logBytes")}::float8) as log_bytes
    from usage_packs p cross join lateral jsonb_array_elements(p.records) as r
    where p.last_id >= rainwire_first_id(${since})
      and (${tenantId ?? null}::text is null or ${field("tenantId")} = ${tenantId ?? null})
      and ${field("startedAtMs")}::float8 >= ${since.getTime()}
    group by 1 order by 1`);

/** How many invocations each process says it served, beside how many were recorded. */
export interface Completeness {
  processId: number;
  served: number;
  recorded: number;
  /** Gone without a stop: what it served after its last word is not known. */
  hasCrashed: boolean;
}

/** A gap: `recorded` below `served`, in a process that has stopped or was seen to flush since. */
export const usageCompleteness = (db: Database): Promise<Completeness[]> =>
  db.query(sql<Completeness>`
    select h.id as process_id, h.served_count as served, coalesce(p.recorded, 0) as recorded,
      h.stopped_at is null and not exists (select from pg_locks l where l.locktype = 'advisory' and l.objid = h.id::oid) as has_crashed
    from host_processes h left join lateral (
      select sum(record_count)::bigint as recorded from usage_packs where process_id = h.id) p on true
    order by h.started_at`);
