import { AsyncLocalStorage } from "node:async_hooks";
import type { Invocation } from "#shared/costs/invocation.ts";

const running = new AsyncLocalStorage<Invocation>();

/** Runs an invocation's work so that what it calls can be counted on it, through whatever connection it shares. */
export const runAs = <T>(invocation: Invocation, work: () => T): T => running.run(invocation, work);

/** The counts of the invocation that is running here; undefined outside of any. */
export const currentCounts = (): Invocation["counts"] | undefined => running.getStore()?.counts;

/** Counts Redis commands on the invocation that sends them. */
export function countRedisCommands(commands: number): void {
  const counts = currentCounts();
  if (counts) counts.redisCommands += commands;
}
