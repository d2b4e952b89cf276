import { setTimeout as delay } from "node:timers/promises";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { Limiter } from "#shared/limits/limiter.ts";
import { memoryQuotaStore } from "#shared/limits/memory-quota-store.ts";
import { OverrideBook } from "#shared/limits/override.ts";
import { routeRule } from "#shared/limits/policies.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import { tightestItemOf } from "#shared/limits/subject-meter.ts";

const DECISIONS = 300_000;
const CALLERS = 500;
const PAUSE_EVERY = 1_000;
const QUOTA = { limit: 100_000_000, windowMs: 60_000 };

export interface DecisionTime {
  readonly nanoseconds: number;
  /** Decisions that waited for the store. */
  readonly waitedPercent: number;
}

/** What a decision about a key and its tenant takes, with what it shows of them. @param store undefined: one process */
export async function decisionTime(store: QuotaStore | undefined): Promise<DecisionTime> {
  const log = jsonLogger(
    () => undefined,
    () => false,
  );
  const limiter = new Limiter({ clock: Date.now, log, store, holder: "bench", canShare: true });
  const everyone = (["key", "tenant"] as const).map((kind) => ({
    kind,
    id: "*",
    quota: QUOTA,
    mode: null,
    isBlock: false,
    untilMs: null,
  }));
  limiter.setOverrides(new OverrideBook(everyone));
  const rule = routeRule("bench");
  let spentMs = 0;
  let waited = 0;
  for (let i = 0; i < DECISIONS; i += PAUSE_EVERY) {
    const startedMs = performance.now();
    for (let n = i; n < i + PAUSE_EVERY; n++) {
      const nowMs = Date.now();
      const key = limiter.subjectMeter("key", `key-${n % CALLERS}`, nowMs);
      const tenant = limiter.subjectMeter("tenant", `tenant-${n % 50}`, nowMs);
      if (!key || !tenant) throw new Error("A caller without a limit.");
      const refusal = limiter.admit([key, tenant], rule, nowMs);
      if (refusal instanceof Promise) waited += 1;
      tightestItemOf([key], nowMs);
    }
    spentMs += performance.now() - startedMs;
    await delay(0);
  }
  await limiter.close();
  return { nanoseconds: (1e6 * spentMs) / DECISIONS, waitedPercent: (100 * waited) / DECISIONS };
}

export const sharedStore = (): QuotaStore => memoryQuotaStore(Date.now);
