import type { Database } from "#shared/database/database.ts";

/** A kind of thing that is loaded by its key, however many at once. */
export interface LoadKind<Value> {
  /** As statistics and settings call it, e.g. `goals`. */
  readonly name: string;
  /** What a cached answer made from the load of a key rests on (shared/database/tags.ts); without it no such answer is kept. */
  tags?(tenantId: string, key: string): readonly string[];
  /** Loads what the tenant has of these keys, each once; a key without an entry in the answer has nothing. */
  load(db: Database, tenantId: string, keys: readonly string[]): Promise<ReadonlyMap<string, Value>>;
}

/** What a verb loads by key through, so that many become one statement. */
export interface Loads {
  /** @throws what the kind's `load` throws for this key alone */
  one<Value>(kind: LoadKind<Value>, tenantId: string, key: string): Promise<Value | undefined>;
}
