import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { countOwnUse } from "./metering.ts";
import type { UsageRecord, UsageSink } from "./usage-record.ts";
import { type Pack, writePack } from "./write-pack.ts";

export interface UsageWriter extends UsageSink {
  /** Writes what is left. */
  close(): Promise<void>;
}

export interface UsageWriterOptions {
  db: Database;
  /** The host's row in `host_processes`. */
  processId: number;
  /** Of the pack: `node` unless told. */
  host?: string;
  /** CPU that the process has used so far, user and system, in ms; undefined where it cannot be read. */
  processCpuMs?: () => number;
  onError(error: unknown): void;
}

/** A crash loses the records of the last second, or of the last four thousand invocations if those were quicker. */
export const FLUSH_MS = 1_000;
const PACK_RECORDS = 4_000;
/** When the database is away, records wait in memory up to this many; then the oldest packs go, and the gap shows. */
const MOST_WAITING = 200_000;

/**
 * Writes usage records in packs off the hot path, each with its place in the process's sequence, and beside them how
 * many invocations the process has served: a lost pack shows as a gap between the two.
 */
export function createUsageWriter({
  db,
  processId,
  host = "node",
  processCpuMs,
  onError,
}: UsageWriterOptions): UsageWriter {
  let waiting: UsageRecord[] = [];
  let cut: Pack | undefined;
  let sequence = 0;
  let served = 0;
  let cpuAtPackMs = processCpuMs?.() ?? 0;
  let writing: Promise<void> = Promise.resolve();
  let isWriteDue = false;
  let isClosed = false;
  const own = countOwnUse(db);
  const timer = setInterval(flush, FLUSH_MS);

  function flush(): Promise<void> {
    if (!isWriteDue) {
      isWriteDue = true;
      writing = writing.then(write).catch(onError);
    }
    return writing;
  }

  async function write(): Promise<void> {
    isWriteDue = false;
    const ownUse = waiting.length > 0 ? own.take() : undefined; // told with the next records, so that no pack is written for it alone
    if (ownUse) {
      served += 1;
      waiting.push(ownUse);
    }
    const servedBefore = served;
    const end = sequence + waiting.length; // what comes meanwhile waits for the next time, and for company
    try {
      for (cut ??= cutPack(); cut; cut = sequence < end ? cutPack() : undefined) await writePack(own.db, cut);
    } catch (error) {
      dropOldest();
      throw error;
    }
    await own.db.query(
      sql`update host_processes set served_count = ${servedBefore}, seen_at = now(),
        stopped_at = case when ${isClosed} then now() else stopped_at end where id = ${processId}`,
    );
  }

  function cutPack(): Pack | undefined {
    if (waiting.length === 0) return undefined;
    const records = waiting.slice(0, PACK_RECORDS);
    waiting = waiting.slice(PACK_RECORDS);
    estimateCpu(records);
    const pack = { id: uuidv7(), processId, host, firstSequence: sequence, records };
    sequence += records.length;
    return pack;
  }

  function dropOldest(): void {
    const tooMany = Math.max(0, waiting.length - MOST_WAITING);
    waiting = tooMany > 0 ? waiting.slice(tooMany) : waiting;
    sequence += tooMany;
  }

  /**
   * One thread serves many invocations at once, so CPU cannot be read per invocation. What the process used since the
   * last pack is shared out by each record's operations (itself, its statements, its calls): hence `estimated`.
   */
  function estimateCpu(pack: readonly UsageRecord[]): void {
    if (!processCpuMs || pack.some((record) => record.cpuMs !== null)) return;
    const nowMs = processCpuMs();
    const usedMs = nowMs - cpuAtPackMs;
    cpuAtPackMs = nowMs;
    const weightOf = (record: UsageRecord) => 1 + record.sqlStatements + record.outgoingCalls;
    const weight = pack.reduce((sum, record) => sum + weightOf(record), 0);
    for (const record of pack) {
      record.cpuMs = (usedMs * weightOf(record)) / weight;
      record.cpuEvidence = "estimated";
    }
  }

  return {
    record(usage) {
      served += 1;
      waiting.push(usage);
      if (waiting.length % PACK_RECORDS === 0) flush();
    },
    async close() {
      clearInterval(timer);
      isClosed = true;
      await flush();
    },
  };
}
