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
 * figures (`AlikeRecords`). Its `id` is the first of theirs, its figures are the sums of all; each began as long after its
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

/** Records that are alike, gathered as little more than their ids and figures. */
export class AlikeRecords {
  /** Stands for all in what they share. */
  readonly first: UsageRecord;
  readonly #ids: string[] = [];
  /** Ms after the first. */
  readonly #laterMs: number[] = [];
  readonly #wallUs: number[] = [];
  readonly #logBytes: number[] = [];
  readonly #sqlUs: number[] = [];

  constructor(first: UsageRecord) {
    this.first = first;
    this.add(first);
  }

  get count(): number {
    return this.#ids.length;
  }

  /** @param record alike to the first */
  add({ id, startedAtMs, wallMs, sqlMs, logBytes }: UsageRecord): void {
    this.#ids.push(id);
    this.#laterMs.push(startedAtMs - this.first.startedAtMs);
    this.#wallUs.push(microsOf(wallMs));
    this.#logBytes.push(logBytes);
    this.#sqlUs.push(microsOf(sqlMs));
  }

  /** The least and the greatest. */
  get idRange(): [first: string, last: string] {
    return rangeOf(this.#ids);
  }

  pack(): Packed {
    const { first, count } = this;
    if (count === 1) return packRecord(first);
    const members = this.#ids.map(
      (id, i) => `${id} ${this.#laterMs[i]} ${this.#wallUs[i]} ${this.#logBytes[i]} ${this.#sqlUs[i]};`,
    );
    const [firstId, lastId] = this.idRange;
    const sums = packRecord(first).map((value) => (typeof value === "number" ? rounded(value * count) : value));
    sums[positionOf("id")] = firstId;
    sums[positionOf("startedAtMs")] = first.startedAtMs;
    sums[positionOf("wallMs")] = sumOf(this.#wallUs) / 1000;
    sums[positionOf("sqlMs")] = sumOf(this.#sqlUs) / 1000;
    sums[positionOf("logBytes")] = sumOf(this.#logBytes);
    return [...sums, count, lastId, members.join("")];
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** @param ids at least one */
export function rangeOf(ids: readonly string[]): [first: string, last: string] {
  let [first = "", last = ""] = [ids[0], ids[0]];
  for (const id of ids) {
    if (id < first) first = id;
    if (id > last) last = id;
  }
  return [first, last];
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
