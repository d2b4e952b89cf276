import type { Clock } from "#shared/kernel/clock.ts";
import { createLeaseReports } from "#shared/limits/lease-reports.ts";
import { LeasedMeter } from "#shared/limits/leased-meter.ts";
import { memoryQuotaStore } from "#shared/limits/memory-quota-store.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import { SlidingWindow } from "#shared/limits/sliding-window.ts";
import { randomNumbers } from "./random-numbers.ts";

export interface Scenario {
  readonly processes: number;
  readonly limit: number;
  readonly windowMs: number;
  /** Requests per limit and window: 1 is exactly as many as are allowed. */
  readonly load: number;
  /** Requests come at even distances, or by chance (a Poisson process). */
  readonly arrivals: "even" | "poisson";
  /** The part of the requests that goes to the first process; the others share the rest alike. Default: alike for all. */
  readonly skew?: number | undefined;
  readonly windows: number;
  readonly seed: number;
}

export interface Measured {
  readonly requests: number;
  readonly admitted: number;
  /** What one process would have admitted of the same requests. */
  readonly exactlyAdmitted: number;
  /** The most units admitted in any span of one window. */
  readonly mostInWindow: number;
  readonly storeCalls: number;
}

const LOOK_MS = 100;
/** From a request to the store to its answer. */
const ROUND_TRIP_MS = 1;

/**
 * Plays requests against processes that share a quota, on a simulated clock: their meters and the store's decisions are
 * the ones that serve.
 */
export async function simulate(
  scenario: Scenario,
  makeStore: (clock: Clock) => QuotaStore = memoryQuotaStore,
): Promise<Measured> {
  const { processes, limit, windowMs } = scenario;
  let nowMs = 1_000_000;
  const clock = () => nowMs;
  let storeCalls = 0;
  const wakes: { atMs: number; wake: () => void }[] = [];
  const inner = makeStore(clock);
  const underWay = new Set<Promise<unknown>>();
  const store: QuotaStore = {
    async exchange(exchange) {
      storeCalls += 1;
      const exchanging = inner.exchange(exchange);
      underWay.add(exchanging);
      const grant = await exchanging;
      underWay.delete(exchanging);
      await new Promise<void>((wake) => wakes.push({ atMs: nowMs + ROUND_TRIP_MS, wake }));
      return grant;
    },
  };
  const quota = { limit, windowMs };
  const nodes = Array.from({ length: processes }, (_, i) => {
    const reports = createLeaseReports(clock, false);
    const { inBackground } = reports;
    const leasing = { store, holder: `p${i}`, clock, canShare: true, onLease: reports.add, inBackground };
    return { reports, meter: new LeasedMeter("k", quota, leasing) };
  });
  const exact = new SlidingWindow(quota);
  const admittedAtMs: number[] = [];
  let exactlyAdmitted = 0;
  let requests = 0;

  /** Lets every continuation that is ready run, and every call to the store come back. */
  async function settled(): Promise<void> {
    do {
      await Promise.all(underWay);
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (underWay.size > 0);
  }

  async function advance(untilMs: number): Promise<void> {
    for (let next = wakes[0]; next && next.atMs <= untilMs; next = wakes[0]) {
      nowMs = next.atMs;
      wakes.shift();
      next.wake();
      await settled();
    }
    nowMs = untilMs;
  }

  let lookAtMs = nowMs + LOOK_MS;
  for (const { atMs, process } of requestsOf(scenario, nowMs)) {
    while (lookAtMs <= atMs) {
      await advance(lookAtMs);
      for (const { reports } of nodes) reports.look(nowMs);
      if (wakes.length > 0) await settled();
      lookAtMs += LOOK_MS;
    }
    await advance(atMs);
    requests += 1;
    if (exact.take(1, nowMs)) exactlyAdmitted += 1;
    const taken = nodes[process]?.meter.take(1, nowMs, "closed");
    if (taken === true) admittedAtMs.push(nowMs);
    else if (taken instanceof Promise) {
      taken.then((isAdmitted) => isAdmitted && admittedAtMs.push(nowMs));
      await settled();
    }
  }
  await advance(nowMs + windowMs);
  const mostInWindow = mostWithin(admittedAtMs, windowMs);
  return { requests, admitted: admittedAtMs.length, exactlyAdmitted, mostInWindow, storeCalls };
}

function* requestsOf({ processes, limit, windowMs, load, arrivals, skew, windows, seed }: Scenario, startMs: number) {
  const random = randomNumbers(seed);
  const meanMs = windowMs / (limit * load);
  const endMs = startMs + windows * windowMs;
  for (let atMs = startMs; ; ) {
    atMs += arrivals === "even" ? meanMs : -Math.log(1 - random()) * meanMs;
    if (atMs >= endMs) return;
    const isFirst = skew !== undefined && random() < skew;
    const process = isFirst ? 0 : Math.floor(random() * processes);
    yield { atMs, process };
  }
}

/** The most instants in any span of `windowMs`. */
function mostWithin(instants: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  instants.forEach((atMs, i) => {
    while ((instants[first] ?? atMs) <= atMs - windowMs) first += 1;
    most = Math.max(most, i - first + 1);
  });
  return most;
}
