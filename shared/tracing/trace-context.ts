import { randomHex } from "#shared/kernel/random-hex.ts";

/** A place in a trace: W3C Trace Context, version 00. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a `traceparent` header (W3C Trace Context §3.2); undefined when absent or invalid. */
export function parseTraceparent(header: string | null | undefined): TraceContext | undefined {
  const match = header ? TRACEPARENT.exec(header) : null;
  if (!match) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceparent = (trace: TraceContext): string =>
  `00-${trace.traceId}-${trace.spanId}-${trace.isSampled ? "01" : "00"}`;

/** A new span in the caller's trace, or the first span of a new trace. */
export const childTrace = (parent: TraceContext | undefined): TraceContext => ({
  traceId: parent?.traceId ?? randomHex(32),
  spanId: randomHex(16),
  isSampled: parent?.isSampled ?? true,
});
