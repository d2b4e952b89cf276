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
type Column = (typeof COLUMNS)[number];

/**
 * What follows them in an element that stands for several records: how many, the last one's id, and each one's own
 * figures. Its `id` and `startedAtMs` are the first one's, its figures the sums of all.
 */
const OF_SEVERAL = ["count", "lastId", "members"] as const;
const ALL: readonly PackedColumn[] = [...COLUMNS, ...OF_SEVERAL];

/** One record, or several that are alike. */
export type Packed = unknown[];

/** What each of several has of its own; all else they share. */
const OWN: ReadonlySet<Column> = new Set(["id", "startedAtMs", "wallMs", "logBytes"]);
const SHARED = COLUMNS.filter((column) => !OWN.has(column));
/** Several that are packed as one began within one of these spans, which no hour divides. */
const SPAN_MS = 10_000;

/** Microseconds are as fine as our clocks tell. */
const rounded = <T>(value: T): T | number => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);

export const packRecord = (record: UsageRecord): Packed => COLUMNS.map((column) => rounded(record[column]));

/** Records as they are kept: those without SQL and run that differ in their times only, as kept reads do, as one. */
export function packRecords(records: readonly UsageRecord[]): Packed[] {
  const packed: Packed[] = [];
  const byTenant = new Map<string | null, UsageRecord[][]>();
  for (const record of records) {
    if (record.sqlStatements > 0 || record.executionId !== null) {
      packed.push(packRecord(record));
      continue;
    }
    const ofTenant = byTenant.get(record.tenantId) ?? [];
    if (ofTenant.length === 0) byTenant.set(record.tenantId, ofTenant);
    const alike = ofTenant.find(([first]) => first && areAlike(first, record));
    if (alike) alike.push(record);
    else ofTenant.push([record]);
  }
  for (const ofTenant of byTenant.values()) for (const alike of ofTenant) packed.push(packAlike(alike));
  return packed;
}

function areAlike(a: UsageRecord, b: UsageRecord): boolean {
  for (const column of SHARED) if (a[column] !== b[column]) return false;
  return Math.floor(a.startedAtMs / SPAN_MS) === Math.floor(b.startedAtMs / SPAN_MS);
}

/** @param alike at least one */
function packAlike(alike: UsageRecord[]): Packed {
  alike.sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first, last] = [alike[0], alike.at(-1)];
  if (!first || !last) throw new Error("Nobody packs no record.");
  if (first === last) return packRecord(first);
  const count = alike.length;
  let [wallUs, logBytes, members] = [0, 0, ""];
  for (const each of alike) {
    const eachUs = Math.round(each.wallMs * 1000);
    wallUs += eachUs;
    logBytes += each.logBytes;
    members += `${each.id} ${each.startedAtMs - first.startedAtMs} ${eachUs} ${each.logBytes};`;
  }
  const sums = packRecord(first).map((value) => (typeof value === "number" ? rounded(value * count) : value));
  sums[positionOf("startedAtMs")] = first.startedAtMs;
  sums[positionOf("wallMs")] = wallUs / 1000;
  sums[positionOf("logBytes")] = logBytes;
  return [...sums, count, last.id, members];
}

/** The records that an element of a pack stands for. */
export function unpackRecords(packed: Packed): UsageRecord[] {
  const at = (column: PackedColumn) => packed[positionOf(column)] ?? null;
  const count = Number(at("count") ?? 1);
  const shared = COLUMNS.map((column) => {
    const value = at(column);
    return [column, typeof value === "number" ? rounded(value / count) : value] as const;
  });
  const record = Object.fromEntries(shared) as unknown as UsageRecord; // safe: the inverse of packRecord
  if (count === 1) return [record];
  const firstMs = Number(at("startedAtMs"));
  const members = String(at("members")).split(";").slice(0, count);
  return members.map((member) => {
    const [id = "", laterMs, wallUs, logBytes] = member.split(" ");
    const own = { startedAtMs: firstMs + Number(laterMs), wallMs: Number(wallUs) / 1000, logBytes: Number(logBytes) };
    return { ...record, id, ...own };
  });
}

export type PackedColumn = Column | (typeof OF_SEVERAL)[number];

/** Where a column stands in an element of a pack, for SQL that reads packs: `record->>${positionOf("tenantId")}`. */
export const positionOf = (column: PackedColumn): number => ALL.indexOf(column);
