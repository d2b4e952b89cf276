import { beforeEach, describe, expect, it } from "vitest";
import { createLeaseReports, type LeaseReports } from "#shared/limits/lease-reports.ts";
import { LeasedMeter } from "#shared/limits/leased-meter.ts";
import { memoryQuotaStore } from "#shared/limits/memory-quota-store.ts";
import type { QuotaExchange, QuotaStore } from "#shared/limits/quota-store.ts";

let nowMs = 0;
let isAway = false;
let asked: QuotaExchange[] = [];
let store: QuotaStore;
let reports: LeaseReports;
const clock = () => nowMs;

beforeEach(() => {
  [nowMs, isAway, asked] = [1_000_000, false, []];
  const inner = memoryQuotaStore(clock);
  store = {
    async exchange(exchange) {
      asked.push(exchange);
      return isAway ? undefined : await inner.exchange(exchange);
    },
  };
  reports = createLeaseReports(clock, false);
});

const meterOf = (holder: string, limit = 1_000) =>
  new LeasedMeter(
    "k",
    { limit, windowMs: 10_000 },
    {
      store,
      holder,
      clock,
      canShare: true,
      onLease: reports.add,
      inBackground: reports.inBackground,
    },
  );

async function use(meter: LeasedMeter, times: number, everyMs: number): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (let i = 0; i < times; i++) {
    answers.push(await meter.take(1, nowMs, "local"));
    nowMs += everyMs;
    if (i % 10 === 9) reports.look(nowMs);
  }
  return answers;
}

describe("a leased meter", () => {
  it("decides most requests at once, without the store", async () => {
    const meter = meterOf("a");
    expect(await use(meter, 500, 15)).not.toContain(false);
    expect(asked.length).toBeLessThan(50);
    expect(meter.take(1, nowMs, "local")).toBe(true);
  });

  it("asks once for all requests that wait, however many", async () => {
    const meter = meterOf("a", 10);
    const answers = await Promise.all(Array.from({ length: 25 }, () => meter.take(1, nowMs, "local")));
    expect(answers.filter(Boolean)).toHaveLength(10);
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(meter.take(1, nowMs, "local")).toBe(false);
    expect(meter.freeInMs(1, nowMs)).toBe(10_040);
  });

  it("returns what nobody uses before its lease ends, to the others", async () => {
    const [idle, busy] = [meterOf("idle"), meterOf("busy")];
    await use(idle, 300, 5);
    const idleAtMs = nowMs;
    while (nowMs < idleAtMs + 3_000) {
      nowMs += 100;
      reports.look(nowMs);
      await Promise.resolve();
    }
    await reports.close();
    let admitted = 0;
    for (let i = 0; i < 1_000; i++) if (await busy.take(1, nowMs, "local")) admitted += 1;
    expect(admitted).toBe(700);
  });

  it.each([
    ["open", [true, true, true, true]],
    ["closed", [false, false, false, false]],
    ["local", [true, true, false, false]],
  ] as const)("while the store is away, %s", async (whenAway, expected) => {
    isAway = true;
    const meter = meterOf("a", 2);
    const answers: boolean[] = [];
    for (let i = 0; i < 4; i++) answers.push(await meter.take(1, nowMs, whenAway));
    expect(answers).toEqual(expected);
    expect(meter.isAway(nowMs)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it("counts alone only its part when it knew of others, beside the unit it had leased, and asks again after a second", async () => {
    const [first, second] = [meterOf("a", 10), meterOf("b", 10)];
    await first.take(1, nowMs, "local");
    await second.take(1, nowMs, "local");
    nowMs += 20_000;
    await first.take(1, nowMs, "local");
    await second.take(1, nowMs, "local");
    isAway = true;
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await second.take(1, nowMs, "local"));
    expect(answers.filter(Boolean)).toHaveLength(6);
    isAway = false;
    nowMs += 1_000;
    expect(await second.take(1, nowMs, "closed")).toBe(true);
    expect(second.isAway(nowMs)).toBe(false);
  });

  it("gives back what another limit refused", async () => {
    const meter = meterOf("a", 2);
    expect(await meter.take(1, nowMs, "local")).toBe(true);
    meter.giveBack(1, nowMs);
    expect(meter.take(1, nowMs, "local")).toBe(true);
    expect(await meter.take(1, nowMs, "local")).toBe(true);
    expect(await meter.take(1, nowMs, "local")).toBe(false);
  });
});
