import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { GatheredRecords } from "./gathered-records.ts";
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
  const full: GatheredRecords[] = [];
  let open = new GatheredRecords();
  let cut: Pack | undefined;
  let sequence = 0;
  let served = 0;
  let cpuAtPackMs = processCpuMs?.() ?? 0;
  let writing: Promise<void> = Promise.resolve();
  let isWriteDue = false;
  let isClosed = false;
  const own = countOwnUse(db);
  const timer = setInterval(flush, FLUSH_MS);

  function gather(usage: UsageRecord): void {
    served += 1;
    open.add(usage);
    if (open.count === PACK_RECORDS) full.push(takeOpen());
  }

  function takeOpen(): GatheredRecords {
    const taken = open;
    open = new GatheredRecords();
    return taken;
  }

  const countWaiting = (): number => full.length * PACK_RECORDS + open.count;

  function flush(): Promise<void> {
    if (!isWriteDue) {
      isWriteDue = true;
      writing = writing.then(write).catch(onError);
    }
    return writing;
  }

  async function write(): Promise<void> {
    isWriteDue = false;
    const ownUse = countWaiting() > 0 ? own.take() : undefined; // told with the next records, so that no pack is written for it alone
    if (ownUse) gather(ownUse);
    const servedBefore = served;
    const end = sequence + countWaiting(); // what comes meanwhile waits for the next time, and for company
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
    if (countWaiting() === 0) return undefined;
    const records = full.shift() ?? takeOpen();
    estimateCpu(records);
    const pack = { id: uuidv7(), processId, host, firstSequence: sequence, records };
    sequence += records.count;
    return pack;
  }

  function dropOldest(): void {
    while (countWaiting() > MOST_WAITING) sequence += full.shift()?.count ?? 0;
  }

  /**
   * One thread serves many invocations at once, so CPU cannot be read per invocation: what the process used since the
   * last pack is shared out.
   */
  function estimateCpu(records: GatheredRecords): void {
    if (!processCpuMs) return;
    const nowMs = processCpuMs();
    records.shareCpu(nowMs - cpuAtPackMs);
    cpuAtPackMs = nowMs;
  }

  return {
    record(usage) {
      gather(usage);
      if (open.count === 0) flush();
    },
    async close() {
      clearInterval(timer);
      isClosed = true;
      await flush();
    },
  };
}
