import { describe, expect, it } from "vitest";
import { backoffMs, retryAfterMs } from "#shared/kernel/retry.ts";

describe("the back-off", () => {
  const policy = { baseMs: 1000, capMs: 60_000 };

  it.each([
    [1, 0, 500],
    [1, 0.5, 750],
    [2, 0, 1000],
    [3, 0.5, 3000],
    [7, 0, 30_000],
    [7, 0.999999, 60_000],
    [1000, 0.999999, 60_000],
  ])("after attempt %i at random %d is %i ms", (attempt, random, expected) => {
    expect(backoffMs(attempt, policy, random)).toBe(expected);
  });
});

describe("Retry-After", () => {
  const nowMs = Date.parse("2026-11-20T10:00:00Z");

  it.each<[string | null, number | undefined]>([
    ["120", 120_000],
    ["0", 0],
    [" 5 ", 5000],
    ["Fri, 20 Nov 2026 10:01:00 GMT", 60_000],
    ["Fri, 20 Nov 2026 09:00:00 GMT", 0],
    ["Friday, 20-Nov-26 10:01:00 GMT", 60_000],
    ["Fri Nov 20 10:01:00 2026", 60_000],
    ["Fri, 99 Nov 2026", undefined],
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
  ])("%j is %s ms", (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });

  it.each(["-5", "1.5", "1e3"])("%j is no delay and no HTTP date", (header) => {
    expect(retryAfterMs(header, nowMs)).toBeUndefined();
  });
});
