import { describe, expect, it } from "vitest";
import { dueSteps, type KeyState } from "#shared/tokens/key-steps.ts";
import { checkTimings, publishedMs, retiredMs, TIMINGS, type TokenTimings } from "#shared/tokens/timings.ts";

const MINUTE = 60_000;
const T: TokenTimings = {
  accessMs: 15 * MINUTE,
  jwksMaxAgeMs: 5 * MINUTE,
  jwksSharedMs: MINUTE,
  ringMaxAgeMs: MINUTE,
  skewMs: 30_000,
  signingMs: 1000 * MINUTE,
  publishAheadMs: 60 * MINUTE,
  announceAheadMs: 100 * MINUTE,
  approvalMs: 15 * MINUTE,
  changesMaxAgeMs: 1000,
  retryMs: 10_000,
  familyMs: 30 * 24 * 60 * MINUTE,
};

const signing: KeyState = {
  id: "a",
  phase: "signing",
  promotableAtMs: 0,
  promotesAtMs: 0,
  retiresAtMs: 1000 * MINUTE,
  leavesAtMs: null,
  announcedPhase: null,
};
const published: KeyState = {
  ...signing,
  id: "b",
  phase: "published",
  promotableAtMs: 947 * MINUTE,
  promotesAtMs: 1000 * MINUTE,
  retiresAtMs: null,
};
const retired: KeyState = { ...signing, id: "r", phase: "retired", leavesAtMs: 500 * MINUTE };
const told = (key: KeyState): KeyState => ({ ...key, announcedPhase: key.phase });

describe("the waits", () => {
  it("let a key sign when the last verifier that may lack it has read it: 1 + 1 + 5 + 0.5 minutes", () => {
    expect(publishedMs(T)).toBe(450_000);
  });

  it("keep a retired key until the last token of it has ended: 1 + 15 + 0.5 minutes", () => {
    expect(retiredMs(T)).toBe(990_000);
  });

  it("hold for the timings that ship, and are refused when they contradict each other", () => {
    expect(checkTimings(TIMINGS)).toBe(TIMINGS);
    expect(() => checkTimings({ ...T, publishAheadMs: 449_999 })).toThrow("raise publishAheadMs");
    expect(() => checkTimings({ ...T, signingMs: 60 * MINUTE })).toThrow("less time than its successor needs");
  });
});

describe("what is due", () => {
  it.each<[string, KeyState[], number, unknown]>([
    ["nothing signs", [], 0, [{ do: "publish" }]],
    ["a key signs and has time", [signing], 839, []],
    [
      "its successor's publication is 100 minutes away",
      [signing],
      840,
      [{ do: "announce", step: "publish", keyId: "a", deadlineAtMs: 940 * MINUTE }],
    ],
    ["that was told already", [told(signing)], 900, []],
    ["its successor is to be published", [told(signing)], 940, [{ do: "publish", keyId: "a" }]],
    ["that is long overdue, nobody having been there", [signing], 5000, [{ do: "publish", keyId: "a" }]],
    ["the successor is not known to all", [told(signing), published], 946, []],
    ["it is, and its time is more than 15 minutes away", [told(signing), published], 984, []],
    [
      "it may sign early",
      [told(signing), published],
      985,
      [{ do: "announce", step: "promote", keyId: "b", deadlineAtMs: 1000 * MINUTE }],
    ],
    ["its deadline has come", [told(signing), published], 1000, [{ do: "promote", keyId: "b" }]],
    [
      "its deadline came before all knew it",
      [told(signing), { ...published, promotableAtMs: 1010 * MINUTE }],
      1009,
      [],
    ],
    [
      "and all know it now",
      [told(signing), { ...published, promotableAtMs: 1010 * MINUTE }],
      1010,
      [{ do: "promote", keyId: "b" }],
    ],
    ["a retired key's last token may hold", [signing, retired], 499, []],
    [
      "it cannot any more",
      [signing, retired],
      500,
      [{ do: "announce", step: "retire", keyId: "r", deadlineAtMs: 515 * MINUTE }],
    ],
    ["nobody took the retired key out", [signing, told(retired)], 515, [{ do: "retire", keyId: "r" }]],
  ])("when %s", (_, keys, atMinute, expected) => {
    expect(dueSteps(keys, atMinute * MINUTE, T)).toEqual(expected);
  });
});
