import type { UsageRecord } from "./usage-record.ts";

/** The columns of a packed record, in order: an array is half the size of an object. */
const COLUMNS = [
  "id",
  "function",
  "trigger",
  "tenantId",
  "executionId",
  "outcome",
  "startedAtMs",
  "wallMs",
  "cpuMs",
  "cpuEvidence",
  "sqlStatements",
  "sqlMs",
  "queueMessages",
  "queueBytes",
  "outgoingCalls",
  "logBytes",
  "queueOperations", // from here on absent in older packs; new columns come at the end, always
  "publishedMessages",
  "redisCommands",
  "kvReads",
  "kvWrites",
  "kvDeletes",
  "kvLists",
  "logEvents",
] as const satisfies readonly (keyof UsageRecord)[];

export type PackedRecord = unknown[];

/** Microseconds are as fine as our clocks tell. */
const rounded = (value: unknown): unknown => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);

export const packRecord = (record: UsageRecord): PackedRecord => COLUMNS.map((column) => rounded(record[column]));

export const unpackRecord = (packed: PackedRecord): UsageRecord =>
  Object.fromEntries(COLUMNS.map((column, i) => [column, packed[i] ?? null])) as unknown as UsageRecord; // safe: the inverse of packRecord

/** Where a column stands in a packed record, for SQL that reads packs: `record->>${positionOf("tenantId")}`. */
export const positionOf = (column: (typeof COLUMNS)[number]): number => COLUMNS.indexOf(column);
