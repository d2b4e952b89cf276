import type { Clock } from "#shared/kernel/clock.ts";
import type { LeasedMeter } from "./leased-meter.ts";

/** How often meters are looked at while any has a lease. */
const LOOK_MS = 100;

/** Calls each meter's report before its lease ends. One per process. */
export interface LeaseReports {
  add(meter: LeasedMeter): void;
  /** Keeps work that no request waits for until it has ended. */
  inBackground(work: Promise<unknown>): void;
  /** Reports what is due; the host's timer does so by itself. */
  look(nowMs: number): void;
  /** Returns all leases, at the end of a process. */
  close(): Promise<void>;
}

/** @param hasTimer false: somebody else calls `look` */
export function createLeaseReports(clock: Clock, hasTimer = true): LeaseReports {
  const meters = new Set<LeasedMeter>();
  const background = new Set<Promise<unknown>>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const reports: LeaseReports = {
    add(meter) {
      meters.add(meter);
      if (hasTimer) timer ??= startTimer();
    },
    inBackground(work) {
      background.add(work);
      work.finally(() => background.delete(work)).catch(() => undefined);
    },
    look(nowMs) {
      for (const meter of meters) {
        const dueAtMs = meter.reportDueAtMs();
        if (dueAtMs === undefined) meters.delete(meter);
        else if (dueAtMs <= nowMs) reports.inBackground(meter.report(nowMs));
      }
    },
    async close() {
      clearTimeout(timer);
      const nowMs = clock();
      await Promise.allSettled(background);
      await Promise.allSettled([...meters].map((meter) => meter.end(nowMs)));
    },
  };

  function startTimer() {
    const started = setTimeout(() => {
      timer = undefined;
      reports.look(clock());
      if (meters.size > 0) timer = startTimer();
    }, LOOK_MS);
    (started as unknown as { unref?: () => void }).unref?.(); // safe: a timer of Node has it, a number of Workers has not
    return started;
  }
  return reports;
}
