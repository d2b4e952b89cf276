import { expect, it } from "vitest";
import { preferredWait, prefersAsync } from "#shared/http/prefer.ts";

it.each<[string | undefined, number | undefined]>([
  ["wait=10", 10],
  ['wait="10"', 10],
  ["respond-async, wait=10", 10],
  ["WAIT = 5 , return=minimal", 5],
  ["respond-async; wait=7", 7],
  ["wait=0", 0],
  ["wait=100000", 60],
  [undefined, undefined],
  ["", undefined],
  ["respond-async", undefined],
  ["wait", undefined],
  ["wait=", undefined],
  ["wait=-1", undefined],
  ["wait=1.5", undefined],
  ["wait=10s", undefined],
  ['wait="10', undefined],
  ["await=10", undefined],
  ['note="wait=10"', undefined],
])("%j asks for %s s", (header, expected) => {
  expect(preferredWait(header)).toBe(expected);
});

it.each([
  [undefined, false],
  ["respond-async", true],
  ["Respond-Async, wait=10", true],
  ["return=minimal, respond-async; foo=bar", true],
  ["respond-asynchronously", false],
  ['foo="respond-async"', false],
  ["return=minimal", false],
])("%s prefers an answer before the work is done: %s", (header, expected) => {
  expect(prefersAsync(header)).toBe(expected);
});
