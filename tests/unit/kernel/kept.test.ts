import { describe, expect, it } from "vitest";
import { keep } from "#shared/kernel/kept.ts";

/** A source whose readings the test answers one by one. */
function open(sharesWork: boolean) {
  const time = { nowMs: 0 };
  const readings: { answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const kept = keep<string, undefined>({
    load: () => new Promise((answer, fail) => readings.push({ answer, fail })),
    maxAgeMs: 1000,
    clock: () => time.nowMs,
    sharesWork,
  });
  const get = () => kept.get(undefined);
  return { kept, get, time, readings };
}

describe.each([true, false])("a kept value (shares work: %s)", (sharesWork) => {
  it("is read once and given out until it is too old, counted from the start of its reading", async () => {
    const { get, time, readings } = open(sharesWork);
    const first = get();
    time.nowMs = 900;
    readings[0]?.answer("a");
    expect(await first).toBe("a");
    time.nowMs = 999;
    expect(await get()).toBe("a");
    time.nowMs = 1000;
    const count = readings.length;
    const second = get();
    readings.at(-1)?.answer("b");
    expect(readings.length).toBe(sharesWork ? count : count + 1); // shared: the one that was begun ahead
    expect(await second).toBe("b");
  });

  it("is not given out once its source has changed, nor what was being read meanwhile", async () => {
    const { kept, get, readings } = open(sharesWork);
    const first = get();
    kept.expire();
    const second = get();
    readings[0]?.answer("old");
    readings[1]?.answer("new");
    expect([await first, await second]).toEqual(["old", "new"]);
    expect(await get()).toBe("new");
    expect(readings).toHaveLength(2);
  });

  it("passes a failure on, and reads again at the next time", async () => {
    const { get, readings } = open(sharesWork);
    const first = get();
    readings[0]?.fail(new Error("away"));
    await expect(first).rejects.toThrow("away");
    const second = get();
    readings[1]?.answer("a");
    expect(await second).toBe("a");
  });
});

it("is read once for all who wait, where work is shared", async () => {
  const { get, readings } = open(true);
  const all = Promise.all([get(), get(), get()]);
  readings[0]?.answer("a");
  expect(await all).toEqual(["a", "a", "a"]);
  expect(readings).toHaveLength(1);
});

it("is read by each for itself, where work is not shared", async () => {
  const { get, readings } = open(false);
  const all = Promise.all([get(), get()]);
  for (const { answer } of readings) answer("a");
  expect(await all).toEqual(["a", "a"]);
  expect(readings).toHaveLength(2);
});

it("is read ahead from half its age on while the one at hand is given out, and a failure then harms nobody", async () => {
  const { get, time, readings } = open(true);
  const first = get();
  readings[0]?.answer("a");
  await first;
  time.nowMs = 499;
  await get();
  expect(readings).toHaveLength(1);
  time.nowMs = 500;
  expect([await get(), await get()]).toEqual(["a", "a"]);
  expect(readings).toHaveLength(2);
  readings[1]?.fail(new Error("away"));
  expect(await get()).toBe("a");
});
