import { type Packed, packRecord, unpackRecords } from "#shared/costs/usage-pack.ts";
import type { UsageRecord, UsageSink } from "#shared/costs/usage-record.ts";

const KEY = "rainwireUsage";

/** Leaves each record as one structured log line: the invocation itself cannot read what CPU it used, the Tail consumer can. */
export const usageLines = (write: (line: string) => void): UsageSink => ({
  record: (usage) => write(JSON.stringify({ [KEY]: packRecord(usage) })),
});

/** The record in a log line, if it is one of {@link usageLines}. */
export function readUsageLine(line: unknown): UsageRecord | undefined {
  if (typeof line !== "string" || !line.startsWith(`{"${KEY}":`)) return undefined;
  try {
    const packed: unknown = (JSON.parse(line) as Record<string, unknown>)[KEY]; // safe: begins as an object
    return Array.isArray(packed) ? unpackRecords(packed as Packed)[0] : undefined; // safe: packed by usageLines
  } catch {
    return undefined; // cut off by the platform's limit on logs
  }
}
