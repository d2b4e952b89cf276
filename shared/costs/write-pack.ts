import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import { packRecords } from "./usage-pack.ts";
import type { UsageRecord } from "./usage-record.ts";

/** Kept as it is until it is written: a write whose answer was lost is repeated under the same id. */
export interface Pack {
  readonly id: string;
  /** Who counts the sequence. */
  readonly processId: number;
  /** Where it was served: `node`, `workers`, `raindrop`. */
  readonly host: string;
  readonly firstSequence: number;
  /** At least one. */
  readonly records: readonly UsageRecord[];
}

export async function writePack(db: Database, { id, processId, host, firstSequence, records }: Pack): Promise<void> {
  let [firstId, lastId] = [records[0]?.id ?? null, records[0]?.id ?? null];
  for (const record of records) {
    if (firstId === null || record.id < firstId) firstId = record.id;
    if (lastId === null || record.id > lastId) lastId = record.id;
  }
  await db.query(sql`
    insert into usage_packs (id, process_id, host, first_sequence, record_count, first_id, last_id, records)
    values (${id}, ${processId}, ${host}, ${firstSequence}, ${records.length}, ${firstId}, ${lastId},
      ${json(packRecords(records))})
    on conflict (id) do nothing`);
}
