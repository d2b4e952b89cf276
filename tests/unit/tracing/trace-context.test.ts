import { describe, expect, it } from "vitest";
import { childTrace, formatTraceparent, parseTraceparent } from "#shared/tracing/trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

describe("traceparent, by the examples and rules of W3C Trace Context", () => {
  it("is read", () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toMatchObject({ isSampled: false });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-03`)).toMatchObject({ isSampled: true });
  });

  it("of a later version is read by what version 00 knows, whatever follows", () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`)).toMatchObject({ traceId: TRACE });
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01`)).toMatchObject({ spanId: SPAN });
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01.what`)).toBeUndefined();
  });

  it.each([
    ["is absent", null],
    ["is empty", ""],
    ["has version ff", `ff-${TRACE}-${SPAN}-01`],
    ["has more than version 00 allows", `00-${TRACE}-${SPAN}-01-x`],
    ["has a trace id of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["has a span id of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["has a short trace id", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["has upper-case digits", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["has other characters", `00-${TRACE}-${SPAN.slice(1)}g-01`],
    ["has no flags", `00-${TRACE}-${SPAN}`],
  ])("is not taken when it %s", (_, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});

it("a child stays in its parent's trace and sampling, with a span of its own", () => {
  const child = childTrace({ traceId: TRACE, spanId: SPAN, isSampled: false });
  expect(formatTraceparent(child)).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  expect(child.spanId).not.toBe(SPAN);
});

it("a trace without a parent is new each time, sampled and valid", () => {
  const [first, second] = [childTrace(undefined), childTrace(undefined)];
  expect(first.traceId).not.toBe(second.traceId);
  expect(parseTraceparent(formatTraceparent(first))).toEqual({ ...first, isSampled: true });
});
