import { AlikeRecords, areAlike, type Packed, packRecord, rangeOf } from "./usage-pack.ts";
import type { UsageRecord } from "./usage-record.ts";

/** Among as many kinds of a tenant a record's likes are looked for. */
const MOST_KINDS = 32;

/**
 * The records of one pack as they come: those that differ in their times only as one, so that a busy process keeps
 * each one's id and four figures instead of an object. Those of runs stay by themselves, since they are read by run.
 */
export class GatheredRecords {
  count = 0;
  readonly #single: UsageRecord[] = [];
  readonly #kinds = new Map<string | null, AlikeRecords[]>();

  add(record: UsageRecord): void {
    const { tenantId } = record;
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

  /** The least and the greatest of their ids. There is one. */
  get idRange(): [first: string, last: string] {
    return rangeOf([...this.#single.map(({ id }) => id), ...this.#alike().flatMap(({ idRange }) => idRange)]);
  }

  /**
   * Shares CPU out among the records, by each one's operations (itself, its statements, its calls): hence `estimated`.
   * Nothing where a platform measured it.
   */
  shareCpu(usedMs: number): void {
    const all = [...this.#single.map((first) => ({ first, count: 1 })), ...this.#alike()];
    if (all.some(({ first }) => first.cpuMs !== null)) return;
    const weightOf = ({ sqlStatements, outgoingCalls }: UsageRecord) => 1 + sqlStatements + outgoingCalls;
    const weight = all.reduce((sum, { first, count }) => sum + count * weightOf(first), 0);
    for (const { first } of all) {
      first.cpuMs = (usedMs * weightOf(first)) / weight;
      first.cpuEvidence = "estimated";
    }
  }

  pack(): Packed[] {
    return [...this.#single.map(packRecord), ...this.#alike().map((alike) => alike.pack())];
  }

  #alike(): AlikeRecords[] {
    return [...this.#kinds.values()].flat();
  }
}

export function gather(records: Iterable<UsageRecord>): GatheredRecords {
  const gathered = new GatheredRecords();
  for (const record of records) gathered.add(record);
  return gathered;
}
