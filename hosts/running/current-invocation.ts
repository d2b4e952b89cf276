import type { Invocation } from "#shared/costs/invocation.ts";

/** What we use of `AsyncLocalStorage`. */
interface Storage<T> {
  run<R>(value: T, work: () => R): R;
  getStore(): T | undefined;
}

type Builtins = {
  process?: { getBuiltinModule?: (name: string) => { AsyncLocalStorage: new () => Storage<Invocation> } | undefined };
};

/** Asked for by name, since not every platform has it; undefined where it has not. */
const hooks = (globalThis as Builtins).process?.getBuiltinModule?.("node:async_hooks"); // safe: every step may be absent
const running = hooks && new hooks.AsyncLocalStorage();

/** Whether what goes through a shared connection can be counted on the invocation that sends it. */
export const canAttribute: boolean = running !== undefined;

/** Runs an invocation's work so that what it calls can be counted on it, through whatever connection it shares. */
export const runAs = <T>(invocation: Invocation, work: () => T): T =>
  running ? running.run(invocation, work) : work();

/** Whose work is being done in this turn, where that is all of it. */
let inTurn: Invocation | undefined;

/** As {@link runAs}, for work that sends all it sends before it returns: that needs no storage to follow it. */
export function runInTurn<T>(invocation: Invocation, work: () => T): T {
  inTurn = invocation;
  try {
    return work();
  } finally {
    inTurn = undefined;
  }
}

/** The counts of the invocation that is running here; undefined outside of any. */
export const currentCounts = (): Invocation["counts"] | undefined => (inTurn ?? running?.getStore())?.counts;

/** Counts Redis commands on the invocation that sends them. */
export function countRedisCommands(commands: number): void {
  const counts = currentCounts();
  if (counts) counts.redisCommands += commands;
}
