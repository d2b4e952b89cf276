import type { Database } from "#shared/database/database.ts";
import { countWait, noCounts, type RouteLoads } from "./load-counts.ts";
import type { LoadKind, Loads } from "./load-kind.ts";
import { type BatchingSettings, DEFAULT_SETTINGS } from "./settings.ts";

/** Brings together the loads of all who share it. */
export interface Coalescer {
  /**
   * The loads of one invocation: a statement is counted on the database of whoever began its group.
   * @param route the operation that it serves, as far as it is known when it loads
   */
  for(db: Database, route?: () => string | undefined): Loads;
  /** Counts by kind and route since the last time, which it starts anew. */
  takeCounts(): RouteLoads[];
  /** Counts what could not be kept for the next time. */
  putBack(counts: readonly RouteLoads[]): void;
  readonly settings: BatchingSettings;
  change(settings: BatchingSettings): void;
}

interface Waiting {
  readonly key: string;
  readonly db: Database;
  readonly route: string;
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
  /** How many loads have come. */
  arrivals: number;
  /** How many came lately while a statement was under way, the latest counting most: what a window would bring together. */
  company: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due: in a busy process it may be late, and who comes after that leaves at once. */
  leavesAtMs: number;
}

/** Lines whose company is remembered; when there are more, one that nobody is in is forgotten. */
const MOST_LINES = 1_000;
/** With less company than this a statement that is waited for saves none. */
const LEAST_COMPANY = 1;

/**
 * The window is as long as the statement before: alone, and where none have come lately, a load leaves at once, with
 * those of the same moment. Else those that come while a statement is under way leave together when it is back, or when
 * the first of them has waited as long as the budget allows.
 */
export function createCoalescer(nowMs: () => number = () => performance.now()): Coalescer {
  let settings = DEFAULT_SETTINGS;
  const lines = new Map<string, Line>();
  let counts = new Map<string, RouteLoads>();

  const countsOf = (kind: string, route: string): RouteLoads => {
    const id = `${kind} ${route}`;
    const known = counts.get(id);
    if (known) return known;
    const made = { kind, route, ...noCounts() };
    counts.set(id, made);
    return made;
  };

  function lineOf(kind: LoadKind<unknown>, tenantId: string): Line {
    const id = `${kind.name} ${tenantId}`;
    const known = lines.get(id);
    if (known) return known;
    if (lines.size >= MOST_LINES) forgetIdleLine();
    const line: Line = {
      kind,
      tenantId,
      waiting: new Map(),
      inFlight: 0,
      arrivals: 0,
      company: 0,
      timer: undefined,
      leavesAtMs: Number.POSITIVE_INFINITY,
    };
    lines.set(id, line);
    return line;
  }

  function forgetIdleLine(): void {
    for (const [id, { inFlight, waiting }] of lines) {
      if (inFlight > 0 || waiting.size > 0) continue;
      lines.delete(id);
      return;
    }
  }

  function load(db: Database, route: string, kind: LoadKind<unknown>, tenantId: string, key: string): Promise<unknown> {
    const line = lineOf(kind, tenantId);
    const known = countsOf(kind.name, route);
    known.loads += 1;
    line.arrivals += 1;
    const same = line.waiting.get(key);
    if (same) {
      known.equal += 1;
      return same.answer;
    }
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    const sinceMs = nowMs();
    line.waiting.set(key, { key, db, route, sinceMs, answer, resolve, reject });
    if (line.waiting.size >= settings.mostKeys || line.leavesAtMs <= sinceMs) leave(line);
    else if (line.inFlight === 0 || line.company < LEAST_COMPANY || settings.budgetMs === 0) {
      if (line.waiting.size === 1) queueMicrotask(() => leave(line));
    } else if (line.timer === undefined) {
      line.leavesAtMs = sinceMs + settings.budgetMs;
      line.timer = setTimeout(() => leave(line), settings.budgetMs);
    }
    return answer;
  }

  function leave(line: Line): void {
    clearTimeout(line.timer);
    line.timer = undefined;
    line.leavesAtMs = Number.POSITIVE_INFINITY;
    const group = [...line.waiting.values()].slice(0, settings.mostKeys);
    if (group.length === 0) return;
    for (const { key } of group) line.waiting.delete(key);
    line.inFlight += 1;
    const cameBefore = line.arrivals;
    read(line, group).finally(() => {
      line.inFlight -= 1;
      line.company = (line.company + line.arrivals - cameBefore) / 2;
      if (line.waiting.size > 0) leave(line);
    });
  }

  async function read(line: Line, group: readonly Waiting[], isFirstTry = true): Promise<void> {
    const { kind, tenantId } = line;
    const [first] = group;
    if (!first) return;
    countsOf(kind.name, first.route).statements += 1;
    if (isFirstTry) for (const { route, sinceMs } of group) countWait(countsOf(kind.name, route), nowMs() - sinceMs);
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
      await Promise.all(group.map((one) => read(line, [one], false)));
    }
  }

  return {
    for: (db, route) => ({
      one: <Value>(kind: LoadKind<Value>, tenantId: string, key: string) =>
        load(db, route?.() ?? "(none)", kind, tenantId, key) as Promise<Value | undefined>, // safe: its own kind loads it
    }),
    takeCounts() {
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },
    putBack(kept) {
      for (const { kind, route, loads, equal, statements, waits } of kept) {
        const known = countsOf(kind, route);
        known.loads += loads;
        known.equal += equal;
        known.statements += statements;
        known.waits = known.waits.map((count, i) => count + (waits[i] ?? 0));
      }
    },
    get settings() {
      return settings;
    },
    change(changed) {
      settings = changed;
    },
  };
}
