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
 * What follows them in an element that stands for several records: how many, the last of their ids, and each one's own
 * figures (`memberOf`). Its `id` is the first of theirs, its figures are the sums of all; each began as long after its
 * `startedAtMs` as the member says, or before.
 */
const OF_SEVERAL = ["count", "lastId", "members"] as const;
const ALL: readonly PackedColumn[] = [...COLUMNS, ...OF_SEVERAL];

/** One record, or several that are alike. */
export type Packed = unknown[];

/** What each of several has of its own; all else they share. */
const OWN: ReadonlySet<Column> = new Set(["id", "startedAtMs", "wallMs", "sqlMs", "logBytes"]);
const SHARED = COLUMNS.filter((column) => !OWN.has(column));
/** Several that are packed as one began within one of these spans, which no hour divides. */
const SPAN_MS = 10_000;

export function areAlike(a: UsageRecord, b: UsageRecord): boolean {
  for (const column of SHARED) if (a[column] !== b[column]) return false;
  return Math.floor(a.startedAtMs / SPAN_MS) === Math.floor(b.startedAtMs / SPAN_MS);
}

/** Microseconds are as fine as our clocks tell. */
const rounded = <T>(value: T): T | number => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);
const microsOf = (ms: number): number => Math.round(ms * 1000);

export const packRecord = (record: UsageRecord): Packed => COLUMNS.map((column) => rounded(record[column]));

/** Records that are alike, gathered without keeping each of them. */
export class AlikeRecords {
  /** Stands for all in what they share. */
  readonly first: UsageRecord;
  count = 0;
  #firstId: string;
  #lastId: string;
  #wallUs = 0;
  #sqlUs = 0;
  #logBytes = 0;
  #members = "";

  constructor(first: UsageRecord) {
    this.first = first;
    this.#firstId = first.id;
    this.#lastId = first.id;
    this.add(first);
  }

  /** @param record alike to the first */
  add({ id, startedAtMs, wallMs, sqlMs, logBytes }: UsageRecord): void {
    const [wallUs, sqlUs] = [microsOf(wallMs), microsOf(sqlMs)];
    this.count += 1;
    if (id < this.#firstId) this.#firstId = id;
    if (id > this.#lastId) this.#lastId = id;
    this.#wallUs += wallUs;
    this.#sqlUs += sqlUs;
    this.#logBytes += logBytes;
    this.#members += `${id} ${startedAtMs - this.first.startedAtMs} ${wallUs} ${logBytes} ${sqlUs};`;
  }

  pack(): Packed {
    const { first, count } = this;
    if (count === 1) return packRecord(first);
    const sums = packRecord(first).map((value) => (typeof value === "number" ? rounded(value * count) : value));
    sums[positionOf("id")] = this.#firstId;
    sums[positionOf("startedAtMs")] = first.startedAtMs;
    sums[positionOf("wallMs")] = this.#wallUs / 1000;
    sums[positionOf("sqlMs")] = this.#sqlUs / 1000;
    sums[positionOf("logBytes")] = this.#logBytes;
    return [...sums, count, this.#lastId, this.#members];
  }
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
    const [id = "", laterMs, wallUs, logBytes, sqlUs = 0] = member.split(" "); // the last came later
    return {
      ...record,
      id,
      startedAtMs: firstMs + Number(laterMs),
      wallMs: Number(wallUs) / 1000,
      sqlMs: Number(sqlUs) / 1000,
      logBytes: Number(logBytes),
    };
  });
}

export type PackedColumn = Column | (typeof OF_SEVERAL)[number];

/** Where a column stands in an element of a pack, for SQL that reads packs: `record->>${positionOf("tenantId")}`. */
export const positionOf = (column: PackedColumn): number => ALL.indexOf(column);
