import type { Loads } from "#shared/batching/load-kind.ts";
import type { Database } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";
import { wideTag } from "#shared/database/tags.ts";
import type { TagCell, TagEpochs } from "./tag-epochs.ts";

/** What is read while something to be kept is made. */
export class Reads {
  readonly began: number;
  readonly #epochs: TagEpochs;
  readonly #tags = new Map<string, TagCell>();
  /** Of statements whose rows name tags of their own, which are not known before they are back. */
  readonly #wide = new Set<TagCell>();
  /** A statement did not say what it reads, so nobody could tell when it changes. */
  isUntold = false;
  /** When the store was asked, before anything was read. */
  asked: { readonly generation: string; readonly mark: string } | undefined;
  /** Tags of what was read earlier than that, each with the store's mark of then. */
  readonly since = new Map<string, string>();
  /** Some of it was read at a time that the store cannot tell. */
  isUndated = false;

  constructor(epochs: TagEpochs) {
    this.#epochs = epochs;
    this.began = epochs.now;
  }

  get tags(): string[] {
    return [...this.#tags.keys()];
  }

  get cells(): TagCell[] {
    return [...this.#tags.values()];
  }

  add(tags: readonly string[]): void {
    for (const tag of tags) if (!this.#tags.has(tag)) this.#tags.set(tag, this.#epochs.cell(tag));
  }

  /** What is made of this rests on a value that was read before, or elsewhere. */
  restOn(inner: Reads): void {
    const { tags } = inner;
    this.add(tags);
    if (inner.isUntold) this.isUntold = true;
    if (!this.asked) return;
    if (inner.isUndated || inner.asked?.generation !== this.asked.generation) {
      this.isUndated = true;
      return;
    }
    for (const tag of tags) {
      const mark = inner.since.get(tag) ?? inner.asked.mark;
      if (mark < (this.since.get(tag) ?? this.asked.mark)) this.since.set(tag, mark);
    }
  }

  /** Before a statement is sent: what moves from now on moves after it. */
  expect({ reads }: Statement): void {
    if (!reads) {
      this.isUntold = true;
      return;
    }
    this.add(reads.tags);
    if (reads.tagOf) for (const tag of reads.tags) this.#wide.add(this.#epochs.cell(wideTag(tag)));
  }

  take({ reads }: Statement, rows: readonly unknown[]): void {
    if (reads?.tagOf) this.add(rows.map((row) => reads.tagOf?.(row) ?? ""));
  }

  /** Whether what was read may still be so. */
  get isFresh(): boolean {
    return isFresh(this.cells, this.began);
  }

  /** Whether somebody who asks now may have what is being read: it is or will be as fresh as their own reading. */
  get isOpen(): boolean {
    return !this.isUntold && this.isFresh && [...this.#wide].every(({ movedAt }) => movedAt <= this.began);
  }
}

export function isFresh(cells: readonly TagCell[], began: number): boolean {
  for (const { movedAt } of cells) if (movedAt > began) return false;
  return true;
}

/** Loads that are noted, each by its own key. */
export const recordingLoads = (loads: Loads, reads: Reads): Loads => ({
  one(kind, tenantId, key) {
    if (kind.tags) reads.add(kind.tags(tenantId, key));
    else reads.isUntold = true;
    return loads.one(kind, tenantId, key);
  },
});

/** A database that notes what is read from it. */
export const recording = (db: Database, reads: Reads): Database => ({
  async query(statement) {
    reads.expect(statement);
    const rows = await db.query(statement);
    reads.take(statement, rows);
    return rows;
  },
  async batch(statements) {
    for (const statement of statements) reads.expect(statement);
    const results = await db.batch(statements);
    statements.forEach((statement, i) => {
      reads.take(statement, (results as readonly unknown[][])[i] ?? []);
    });
    return results;
  },
});
