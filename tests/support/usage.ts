import { gather } from "#shared/costs/gathered-records.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { writePack } from "#shared/costs/write-pack.ts";
import type { Database } from "#shared/database/database.ts";
import { uuidv7 } from "#shared/kernel/id.ts";

/** A usage record as a host leaves one. */
export const usageRecordOf = (change: Partial<UsageRecord> & { startedAtMs: number }): UsageRecord => ({
  id: uuidv7(change.startedAtMs),
  function: "api",
  trigger: "http",
  tenantId: null,
  executionId: null,
  outcome: "ok",
  wallMs: 12,
  cpuMs: 3,
  cpuEvidence: "measured",
  sqlStatements: 3,
  sqlMs: 1.25,
  queueMessages: 0,
  queueBytes: 0,
  outgoingCalls: 0,
  logBytes: 400,
  queueOperations: 0,
  publishedMessages: 0,
  redisCommands: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  logEvents: 1,
  ...change,
});

const PACK_RECORDS = 1000;

/** Writes records as packs of a process on Workers. */
export async function insertUsage(db: Database, records: readonly UsageRecord[]): Promise<void> {
  for (let first = 0; first < records.length; first += PACK_RECORDS) {
    const pack = { id: uuidv7(), processId: 1, host: "workers", firstSequence: first };
    await writePack(db, { ...pack, records: gather(records.slice(first, first + PACK_RECORDS)) });
  }
}
