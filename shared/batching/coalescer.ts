import type { Database } from "#shared/database/database.ts";
import { countWait, type LoadCounts, noCounts } from "./load-counts.ts";
import type { LoadKind, Loads } from "./load-kind.ts";
import { type BatchingSettings, DEFAULT_SETTINGS } from "./settings.ts";

/** Brings together the loads of all who share it. */
export interface Coalescer {
  /** The loads of one invocation: a statement is counted on the database of whoever began its group. */
  for(db: Database): Loads;
  /** Counts by kind since the last time, which it starts anew. */
  takeCounts(): ReadonlyMap<string, LoadCounts>;
  change(settings: BatchingSettings): void;
}

interface Waiting {
  readonly key: string;
  readonly db: Database;
  readonly sinceMs: number;
  readonly answer: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The loads of one kind and tenant: tenants never share a statement. */
interface Line {
  readonly kind: LoadKind<unknown>;
  readonly tenantId: string;
  /** By key. One that has left is not joined any more: what it reads may be older than who would join. */
  waiting: Map<string, Waiting>;
  inFlight: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The window is as long as the statement before: alone a load leaves at once, and those that come while one is under
 * way leave together when it is back, or when the first of them has waited as long as the budget allows.
 */
export function createCoalescer(nowMs: () => number = () => performance.now()): Coalescer {
  let settings = DEFAULT_SETTINGS;
  const lines = new Map<string, Line>();
  let counts = new Map<string, LoadCounts>();

  const countsOf = ({ name }: LoadKind<unknown>): LoadCounts => {
    const known = counts.get(name) ?? noCounts();
    counts.set(name, known);
    return known;
  };

  function lineOf(kind: LoadKind<unknown>, tenantId: string): Line {
    const id = `${kind.name} ${tenantId}`;
    const line = lines.get(id) ?? { kind, tenantId, waiting: new Map(), inFlight: 0, timer: undefined };
    lines.set(id, line);
    return line;
  }

  function load(db: Database, kind: LoadKind<unknown>, tenantId: string, key: string): Promise<unknown> {
    const line = lineOf(kind, tenantId);
    const known = countsOf(kind);
    known.loads += 1;
    const same = line.waiting.get(key);
    if (same) {
      known.equal += 1;
      return same.answer;
    }
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    line.waiting.set(key, { key, db, sinceMs: nowMs(), answer, resolve, reject });
    if (line.inFlight === 0 && line.waiting.size === 1) queueMicrotask(() => line.inFlight === 0 && leave(line));
    else if (line.waiting.size >= settings.mostKeys || settings.budgetMs === 0) leave(line);
    else line.timer ??= setTimeout(() => leave(line), settings.budgetMs);
    return answer;
  }

  function leave(line: Line): void {
    clearTimeout(line.timer);
    line.timer = undefined;
    const group = [...line.waiting.values()].slice(0, settings.mostKeys);
    if (group.length === 0) return;
    for (const { key } of group) line.waiting.delete(key);
    line.inFlight += 1;
    read(line, group).finally(() => {
      line.inFlight -= 1;
      if (line.waiting.size > 0) leave(line);
      else if (line.inFlight === 0) lines.delete(`${line.kind.name} ${line.tenantId}`);
    });
  }

  async function read({ kind, tenantId }: Pick<Line, "kind" | "tenantId">, group: readonly Waiting[]): Promise<void> {
    const known = countsOf(kind);
    known.statements += 1;
    for (const { sinceMs } of group) countWait(known, nowMs() - sinceMs);
    const [first] = group;
    if (!first) return;
    try {
      const found = await kind.load(
        first.db,
        tenantId,
        group.map(({ key }) => key),
      );
      for (const { key, resolve } of group) resolve(found.get(key));
    } catch (error) {
      if (group.length === 1) return first.reject(error);
      // One key that cannot be loaded must not fail those beside it.
      await Promise.all(group.map((one) => read({ kind, tenantId }, [one])));
    }
  }

  return {
    for: (db) => ({
      one: <Value>(kind: LoadKind<Value>, tenantId: string, key: string) =>
        load(db, kind, tenantId, key) as Promise<Value | undefined>, // safe: its own kind loads it
    }),
    takeCounts() {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    change(changed) {
      settings = changed;
    },
  };
}
