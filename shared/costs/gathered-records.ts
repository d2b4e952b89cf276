import { AlikeRecords, areAlike, type Packed, packRecord } from "./usage-pack.ts";
import type { UsageRecord } from "./usage-record.ts";

/** Among as many kinds of a tenant a record's likes are looked for. */
const MOST_KINDS = 32;

/**
 * The records of one pack as they come: those that differ in their times only as one, so that a busy process keeps some
 * letters of each instead of an object. Those of runs stay by themselves, since they are read by run.
 */
export class GatheredRecords {
  count = 0;
  #firstId = "";
  #lastId = "";
  readonly #single: UsageRecord[] = [];
  readonly #kinds = new Map<string | null, AlikeRecords[]>();

  add(record: UsageRecord): void {
    const { id, tenantId } = record;
    if (this.count === 0 || id < this.#firstId) this.#firstId = id;
    if (id > this.#lastId) this.#lastId = id;
    this.count += 1;
    if (record.executionId !== null) {
      this.#single.push(record);
      return;
    }
    const kinds = this.#kinds.get(tenantId) ?? [];
    if (kinds.length === 0) this.#kinds.set(tenantId, kinds);
    const alike = kinds.find(({ first }) => areAlike(first, record));
    if (alike) alike.add(record);
    else if (kinds.length < MOST_KINDS) kinds.push(new AlikeRecords(record));
    else this.#single.push(record);
  }

  /** The least of the ids; "" when there is no record. */
  get firstId(): string {
    return this.#firstId;
  }

  get lastId(): string {
    return this.#lastId;
  }

  /**
   * Shares CPU out among the records, by each one's operations (itself, its statements, its calls): hence `estimated`.
   * Nothing where a platform measured it.
   */
  shareCpu(usedMs: number): void {
    const all = [...this.#single.map((first) => ({ first, count: 1 })), ...[...this.#kinds.values()].flat()];
    if (all.some(({ first }) => first.cpuMs !== null)) return;
    const weightOf = ({ sqlStatements, outgoingCalls }: UsageRecord) => 1 + sqlStatements + outgoingCalls;
    const weight = all.reduce((sum, { first, count }) => sum + count * weightOf(first), 0);
    for (const { first } of all) {
      first.cpuMs = (usedMs * weightOf(first)) / weight;
      first.cpuEvidence = "estimated";
    }
  }

  pack(): Packed[] {
    return [...this.#single.map(packRecord), ...[...this.#kinds.values()].flat().map((alike) => alike.pack())];
  }
}

export function gather(records: Iterable<UsageRecord>): GatheredRecords {
  const gathered = new GatheredRecords();
  for (const record of records) gathered.add(record);
  return gathered;
}
