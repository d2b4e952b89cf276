import { setTimeout as delay } from "node:timers/promises";

export interface Victim {
  name: string;
  /** How often it is chosen, beside the others. */
  weight: number;
  /** Ends it, and starts it again after so long. */
  disturb(downMs: number): Promise<void>;
}

export interface DisturberOptions {
  victims: readonly Victim[];
  kills: number;
  events: number;
  dice: () => number;
  effectCount(): number;
  isOver(): boolean;
}

export interface Disturber {
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
  /** From each disturbance's end to the next request at the receiver. */
  readonly recoveriesMs: number[];
  noteArrival(atMs: number): void;
  run(): Promise<void>;
}

const LONGEST_DOWN_MS = 1_500;
const LONGEST_JITTER_MS = 500;
/** What arrives sooner was on its way before. */
const AFTERMATH_MS = 250;
/** Of the disturbances this share begins while another one still lasts. */
const OVERLAPPING = 0.2;

/** Disturbs one victim after the other, each at a moment in its own share of the work. */
export function createDisturber(options: DisturberOptions): Disturber {
  const { victims, kills, events, dice, effectCount, isOver } = options;
  const counts = new Map<string, number>();
  const recoveriesMs: number[] = [];
  const weights = victims.reduce((sum, { weight }) => sum + weight, 0);
  let total = 0;
  let disturbedAtMs: number | undefined;

  function choose(): Victim {
    let at = dice() * weights;
    for (const victim of victims) {
      at -= victim.weight;
      if (at < 0) return victim;
    }
    throw new Error("There is nothing to disturb.");
  }

  async function disturbOne(): Promise<void> {
    const victim = choose();
    counts.set(victim.name, (counts.get(victim.name) ?? 0) + 1);
    total += 1;
    disturbedAtMs ??= performance.now();
    await victim.disturb(dice() * LONGEST_DOWN_MS);
  }

  return {
    counts,
    get total() {
      return total;
    },
    recoveriesMs,
    noteArrival(atMs) {
      if (disturbedAtMs === undefined || atMs - disturbedAtMs < AFTERMATH_MS) return;
      recoveriesMs.push(atMs - disturbedAtMs);
      disturbedAtMs = undefined;
    },
    async run() {
      let lasting: Promise<void> = Promise.resolve();
      for (let i = 0; i < kills && !isOver(); i++) {
        const at = ((i + dice()) / kills) * events * 0.97;
        while (effectCount() < at && !isOver()) await delay(5);
        await delay(dice() * LONGEST_JITTER_MS);
        if (isOver()) break;
        if (dice() >= OVERLAPPING) await lasting;
        const before = lasting;
        const now = disturbOne();
        lasting = Promise.all([before, now]).then(() => undefined);
        lasting.catch(() => undefined); // awaited below
      }
      await lasting;
    },
  };
}
