import type pg from "pg";

/** Copies every pack and every run so many times; the last digits of each id say which copy it is. */
export async function copyRecords(pool: pg.Pool, copies: number): Promise<void> {
  for (let copy = 1; copy <= copies; copy++) {
    const digits = String(copy).padStart(2, "0");
    await pool.query(
      `insert into workflow_executions (id, tenant_id, workflow_id, trigger_type, trigger, event_id, payload, status, created_at, completed_at)
       select overlay(id::text placing $1 from 20 for 2)::uuid, tenant_id, workflow_id, trigger_type, trigger, id, payload, status, created_at, completed_at
       from workflow_executions where substr(id::text, 20, 2) = '80'`,
      [digits],
    );
    await pool.query(
      `insert into usage_packs (id, process_id, host, first_sequence, record_count, first_id, last_id, records)
       select overlay(p.id::text placing $1 from 20 for 2)::uuid, p.process_id, p.host, p.first_sequence + $2::bigint * 1000000000, p.record_count,
         overlay(p.first_id::text placing $1 from 20 for 2)::uuid, overlay(p.last_id::text placing $1 from 20 for 2)::uuid,
         (select jsonb_agg(jsonb_set(jsonb_set(r, '{0}', to_jsonb(overlay(r->>0 placing $1 from 20 for 2))), '{4}',
           coalesce(to_jsonb(overlay(r->>4 placing $1 from 20 for 2)), 'null')) order by n) from jsonb_array_elements(p.records) with ordinality e(r, n))
       from usage_packs p where substr(p.id::text, 20, 2) = '80'`,
      [digits, copy],
    );
  }
}
