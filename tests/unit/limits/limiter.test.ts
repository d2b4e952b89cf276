import { expect, it } from "vitest";
import { memoryCounters } from "#shared/kernel/counters.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { AbuseDetector } from "#shared/limits/abuse-detector.ts";
import { Limiter } from "#shared/limits/limiter.ts";
import { OverrideBook } from "#shared/limits/override.ts";
import { routeRule } from "#shared/limits/policies.ts";
import type { SubjectMeter } from "#shared/limits/subject-meter.ts";

const NOW = 1_000_000;
const log = jsonLogger(
  () => undefined,
  () => false,
);
const limiterOf = () => new Limiter({ clock: () => NOW, log, holder: "a", canShare: true });

const limitOf = (kind: "key" | "tenant", id: string, limit: number) => ({
  kind,
  id,
  quota: { limit, windowMs: 60_000 },
  mode: null,
  isBlock: false,
  untilMs: null,
});

function metersOf(limiter: Limiter, nowMs = NOW): SubjectMeter[] {
  const meters = [limiter.subjectMeter("key", "k", nowMs), limiter.subjectMeter("tenant", "t", nowMs)];
  return meters.filter((meter) => meter !== undefined);
}

it("takes of all limits or of none", () => {
  const limiter = limiterOf();
  limiter.setOverrides(new OverrideBook([limitOf("key", "k", 10), limitOf("tenant", "t", 3)]));
  const meters = metersOf(limiter);
  const rule = routeRule("op", { cost: 2 });
  expect(limiter.admit(meters, rule, NOW)).toBeUndefined();
  expect(limiter.admit(meters, rule, NOW)).toMatchObject({
    why: "exceeded",
    by: { kind: "tenant" },
    retryInMs: 60_000,
  });
  expect(meters.map(({ meter }) => meter.remaining(NOW))).toEqual([8, 1]);
  expect([...limiter.counts.take()]).toEqual([["op", { admitted: 1, refused: 1, shadowed: 0 }]]);
});

it("goes on counting when the overrides change and the quota does not", () => {
  const limiter = limiterOf();
  limiter.setOverrides(new OverrideBook([limitOf("key", "k", 3)]));
  limiter.admit(metersOf(limiter).slice(0, 1), routeRule("op", { cost: 3 }), NOW);
  limiter.setOverrides(new OverrideBook([limitOf("key", "k", 3), limitOf("key", "other", 3)]));
  expect(metersOf(limiter)[0]?.meter.remaining(NOW)).toBe(0);
});

it("lets an override and a block end at their time", () => {
  const limiter = limiterOf();
  const until = { ...limitOf("key", "k", 1), untilMs: NOW + 1_000 };
  const block = { ...until, quota: null, isBlock: true };
  limiter.setOverrides(new OverrideBook([until, block]));
  expect(limiter.admit(metersOf(limiter), routeRule("op"), NOW)).toMatchObject({ why: "blocked", retryInMs: 1_000 });
  expect(metersOf(limiter)[0]?.quota.limit).toBe(1);
  expect(metersOf(limiter, NOW + 1_000)[0]?.quota.limit).toBe(6_000);
  expect(limiter.admit(metersOf(limiter, NOW + 1_000), routeRule("op"), NOW + 1_000)).toBeUndefined();
});

it("forgets idle callers rather than growing without end", () => {
  const limiter = limiterOf();
  for (let i = 0; i < 55_000; i++) limiter.addressMeter(`203.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, NOW);
  const busy = limiter.addressMeter("198.51.100.1", NOW);
  limiter.admit(busy ? [busy] : [], routeRule("op"), NOW);
  for (let i = 0; i < 44_000; i++) limiter.addressMeter(`204.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, NOW);
  expect(limiter.addressMeter("198.51.100.1", NOW)?.meter.remaining(NOW)).toBe(999);
});

it("finds abuse at its threshold, once in a window, of each caller by itself", async () => {
  let nowMs = NOW;
  const detector = new AbuseDetector(memoryCounters(() => nowMs));
  const note = async (id: string, times: number) => {
    const found = [];
    for (let i = 0; i < times; i++) found.push(await detector.note("forbidden", { kind: "key", id }, nowMs));
    return found.filter((each) => each !== undefined);
  };
  expect(await note("a", 59)).toEqual([]);
  expect(await note("b", 59)).toEqual([]);
  expect(await note("a", 200)).toEqual([{ subject: { kind: "key", id: "a" }, kind: "forbidden", count: 60 }]);
  nowMs += 60_000;
  expect(await note("a", 60)).toHaveLength(1);
});

it("adds up what several processes saw", async () => {
  const counters = memoryCounters(() => NOW);
  const [first, second] = [new AbuseDetector(counters), new AbuseDetector(counters)];
  const found = [];
  for (let i = 0; i < 30; i++) {
    found.push(await first.note("unauthenticated", { kind: "address", id: "a" }, NOW));
    found.push(await second.note("unauthenticated", { kind: "address", id: "a" }, NOW));
  }
  expect(found.filter((each) => each !== undefined)).toHaveLength(1);
});
