import { gather } from "#shared/costs/gathered-records.ts";
import { writePack } from "#shared/costs/write-pack.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { makeRecords } from "./workload.ts";

const CHUNK = 50_000;
const PACK = 1_000;

/** Writes so many records as a host writes them, in packs of a thousand, with the runs that they name. */
export async function seedRecords(db: Database, total: number): Promise<void> {
  let sequence = 0;
  for (let from = 0; from < total; from += CHUNK) {
    const { records, runs } = makeRecords(from, Math.min(total, from + CHUNK), total);
    await db.query(sql`
      insert into workflow_executions (id, tenant_id, workflow_id, trigger_type, trigger, event_id, payload, status, created_at, completed_at)
      select id, tenant_id, workflow_id, 'action', 'goal.create', id, '{}', 'succeeded', '2026-10-01Z', '2026-10-01Z'
      from unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ tenantId }) => tenantId)}::text[], ${runs.map(({ workflowId }) => workflowId)}::text[])
        as r(id, tenant_id, workflow_id)`);
    for (let i = 0; i < records.length; i += PACK) {
      const packed = records.slice(i, i + PACK);
      const id = `${packed[0]?.id.slice(0, 24)}${sequence.toString(16).padStart(12, "0")}`;
      await writePack(db, { id, processId: 1, host: "workers", firstSequence: sequence, records: gather(packed) });
      sequence += packed.length;
    }
  }
}
