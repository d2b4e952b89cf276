import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import type { GatheredRecords } from "./gathered-records.ts";

/** Kept as it is until it is written: a write whose answer was lost is repeated under the same id. */
export interface Pack {
  readonly id: string;
  /** Who counts the sequence. */
  readonly processId: number;
  /** Where it was served: `node`, `workers`, `raindrop`. */
  readonly host: string;
  readonly firstSequence: number;
  /** At least one. */
  readonly records: GatheredRecords;
}

export async function writePack(db: Database, { id, processId, host, firstSequence, records }: Pack): Promise<void> {
  const [firstId, lastId] = records.idRange;
  await db.query(sql`
    insert into usage_packs (id, process_id, host, first_sequence, record_count, first_id, last_id, records)
    values (${id}, ${processId}, ${host}, ${firstSequence}, ${records.count}, ${firstId}, ${lastId},
      ${json(records.pack())})
    on conflict (id) do nothing`);
}
