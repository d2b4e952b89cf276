import { setTimeout as delay } from "node:timers/promises";
import type { HostProcess } from "#tests/support/host-process.ts";

/** Of the kills this share is followed by another while the host starts. */
const KILLED_WHILE_STARTING = 0.2;
const LONGEST_START_MS = 1_500;
const LONGEST_JITTER_MS = 500;
/** What arrives sooner was on its way before the kill. */
const AFTERMATH_MS = 250;

export interface KillOptions {
  host: HostProcess;
  kills: number;
  events: number;
  dice: () => number;
  effectCount(): number;
  isOver(): boolean;
}

export interface Killer {
  readonly kills: number;
  readonly killsWhileStarting: number;
  /** From each kill to the next request at the receiver. */
  readonly recoveriesMs: number[];
  noteArrival(atMs: number): void;
  run(): Promise<void>;
}

/** Kills the host at moments spread over the run, each somewhere in its own share of the work, and starts it at once. */
export function createKiller({ host, kills, events, dice, effectCount, isOver }: KillOptions): Killer {
  let done = 0;
  let whileStarting = 0;
  let killedAtMs: number | undefined;
  const recoveriesMs: number[] = [];

  async function killOnce(): Promise<void> {
    await host.kill();
    killedAtMs = performance.now();
    done += 1;
    host.start();
  }

  async function run(): Promise<void> {
    for (let i = 0; i < kills; i++) {
      const at = ((i + dice()) / kills) * events * 0.97;
      while (effectCount() < at && !isOver()) await delay(5);
      await delay(dice() * LONGEST_JITTER_MS);
      if (isOver()) return;
      await killOnce();
      while (dice() < KILLED_WHILE_STARTING) {
        await delay(dice() * LONGEST_START_MS);
        await killOnce();
        whileStarting += 1;
      }
    }
  }

  return {
    get kills() {
      return done;
    },
    get killsWhileStarting() {
      return whileStarting;
    },
    recoveriesMs,
    noteArrival(atMs) {
      if (killedAtMs === undefined || atMs - killedAtMs < AFTERMATH_MS) return;
      recoveriesMs.push(atMs - killedAtMs);
      killedAtMs = undefined;
    },
    run,
  };
}
