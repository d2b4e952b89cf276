import type { Sums } from "../ledger/row-weight.ts";
import type { UsageRecord } from "../usage-record.ts";

const micros = (ms: number | null): string => String(Math.round((ms ?? 0) * 1000));
const flag = (holds: boolean): string => (holds ? "1" : "0");

/** The sums that one record is, as the roll-up makes them. */
export const sumsOf = (record: UsageRecord): Sums => ({
  invocations: "1",
  failures: flag(record.outcome === "error" || record.outcome === "dead"),
  requests: flag(record.trigger === "http" && record.outcome !== "error"),
  calls: flag(record.trigger === "call"),
  messages: flag(record.trigger === "message"),
  ticks: flag(record.trigger === "tick"),
  wallUs: micros(record.wallMs),
  cpuMeasuredUs: record.cpuEvidence === "measured" ? micros(record.cpuMs) : "0",
  cpuEstimatedUs: record.cpuEvidence === "estimated" ? micros(record.cpuMs) : "0",
  cpuUnmeasured: flag(record.cpuMs === null),
  sqlStatements: String(record.sqlStatements),
  sqlUs: micros(record.sqlMs),
  queueMessages: String(record.queueMessages),
  queueBytes: String(record.queueBytes),
  queueOperations: String(record.queueOperations ?? 0),
  publishedMessages: String(record.publishedMessages ?? 0),
  redisCommands: String(record.redisCommands ?? 0),
  kvReads: String(record.kvReads ?? 0),
  kvWrites: String(record.kvWrites ?? 0),
  kvDeletes: String(record.kvDeletes ?? 0),
  kvLists: String(record.kvLists ?? 0),
  outgoingCalls: String(record.outgoingCalls),
  logEvents: String(record.logEvents ?? 0),
  logBytes: String(record.logBytes),
  uncounted: flag(record.redisCommands === null),
});
