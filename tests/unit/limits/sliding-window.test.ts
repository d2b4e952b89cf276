import { describe, expect, it } from "vitest";
import { paceAfter, paceAllows, paceFreeInMs } from "#shared/limits/gcra.ts";
import { SlidingWindow } from "#shared/limits/sliding-window.ts";
import { randomNumbers } from "#tests/support/random-numbers.ts";

describe("a sliding window of 3 in 10 s", () => {
  it("admits three in any ten seconds, to the millisecond", () => {
    const window = new SlidingWindow({ limit: 3, windowMs: 10_000 });
    const admitted = [0, 4_000, 9_000, 9_999, 10_000, 13_999, 14_000, 18_999, 19_000].map((at) => window.take(1, at));
    expect(admitted).toEqual([true, true, true, false, true, false, true, false, true]);
  });

  it("says what is left, and when the next is free", () => {
    const window = new SlidingWindow({ limit: 3, windowMs: 10_000 });
    window.take(1, 1_000);
    window.take(2, 6_000);
    expect(window.remaining(6_000)).toBe(0);
    expect(window.freeInMs(1, 6_000)).toBe(5_000);
    expect(window.freeInMs(2, 6_000)).toBe(10_000);
    expect(window.freeInMs(4, 6_000)).toBe(10_000);
    expect(window.remaining(11_000)).toBe(1);
    expect(window.freeInMs(1, 11_000)).toBe(0);
  });

  it("counts the cost, takes all of it or nothing, and gives back", () => {
    const window = new SlidingWindow({ limit: 3, windowMs: 10_000 });
    expect(window.take(2, 0)).toBe(true);
    expect(window.take(2, 0)).toBe(false);
    expect(window.take(1, 0)).toBe(true);
    window.giveBack(1, 0);
    expect(window.remaining(0)).toBe(1);
  });

  it("frees nothing early when the clock is set back", () => {
    const window = new SlidingWindow({ limit: 2, windowMs: 10_000 });
    window.take(1, 5_000);
    window.take(1, 1_000);
    expect(window.remaining(14_999)).toBe(0);
    expect(window.remaining(15_000)).toBe(2);
  });

  it("is idle when its window is empty", () => {
    const window = new SlidingWindow({ limit: 2, windowMs: 10_000 });
    expect(window.isIdle(0)).toBe(true);
    window.take(1, 0);
    expect(window.isIdle(9_999)).toBe(false);
    expect(window.isIdle(10_000)).toBe(true);
  });
});

it("admits what a list of all instants admits, whatever comes", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 30; round++) {
    const limit = 1 + Math.floor(random() * 40);
    const windowMs = 100 + Math.floor(random() * 5_000);
    const window = new SlidingWindow({ limit, windowMs });
    const kept: number[] = [];
    let nowMs = 0;
    for (let i = 0; i < 500; i++) {
      nowMs += Math.floor(random() * ((2 * windowMs) / limit));
      const cost = 1 + Math.floor(random() * 3);
      const isFree = kept.filter((at) => at > nowMs - windowMs).length + cost <= limit;
      if (isFree) for (let n = 0; n < cost; n++) kept.push(nowMs);
      expect(window.take(cost, nowMs)).toBe(isFree);
    }
  }
});

describe("a burst of 2 within 6 a minute", () => {
  it("lets two through at once, then one each ten seconds", () => {
    const window = new SlidingWindow({ limit: 6, windowMs: 60_000, burst: 2 });
    const admitted = [0, 0, 0, 9_999, 10_000, 10_000, 20_000].map((at) => window.take(1, at));
    expect(admitted).toEqual([true, true, false, false, true, false, true]);
    expect(window.freeInMs(1, 20_000)).toBe(10_000);
    expect(window.freeInMs(2, 20_000)).toBe(20_000);
    expect(window.remaining(40_000)).toBe(2);
  });
});

it("GCRA: a cell is 10 s, three at once", () => {
  const pace = { burst: 3, unitMs: 10_000 };
  expect(paceAllows(0, 100_000, pace)).toBe(3);
  const after = paceAfter(0, 100_000, 3, pace);
  expect(after).toBe(130_000);
  expect(paceAllows(after, 100_000, pace)).toBe(0);
  expect(paceFreeInMs(after, 100_000, 1, pace)).toBe(10_000);
  expect(paceAllows(after, 109_999, pace)).toBe(0);
  expect(paceAllows(after, 110_000, pace)).toBe(1);
  expect(paceAllows(after, 200_000, pace)).toBe(3);
});
