import { type EventLoopUtilization, performance } from "node:perf_hooks";

const WINDOW_MS = 250;
/** A process that is busy more of the time than this has no time to spare. */
const BUSY_SHARE = 0.9;
/** How long messages then wait for company. */
const PAUSE_MS = 100;

/** How often a process looks for messages. */
export interface Pace {
  /** Resolves at once, or a moment later where requests leave the process no time: it then takes more at once, for less. */
  next(): Promise<void>;
  close(): void;
}

export function createPace(): Pace {
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  let isBusy = false;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    isBusy = performance.eventLoopUtilization(now, before).utilization > BUSY_SHARE;
    before = now;
  }, WINDOW_MS);
  timer.unref();
  return {
    next: () => (isBusy ? new Promise((resolve) => setTimeout(resolve, PAUSE_MS)) : Promise.resolve()),
    close: () => clearInterval(timer),
  };
}
