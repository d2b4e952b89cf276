import { noCounts } from "#shared/costs/invocation.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { TraceItem } from "./platform.ts";
import { readUsageLine } from "./usage-line.ts";

/**
 * The usage records of what a Tail consumer heard, with the platform's own figures. A clock inside an invocation
 * stands still between its calls, so the platform's wall time goes before the invocation's.
 * - One record in a trace: its CPU is `measured`. Several (a batch of messages): shared out equally, `estimated`.
 * - A figure of 0 is none: it reads as `not_measured`, as everywhere under local workerd.
 * - An invocation that the platform ended left no line; the trace alone makes its record, with outcome `error`.
 */
export function joinUsage(
  traces: readonly TraceItem[],
  { application, nowMs }: { application: string; nowMs: number },
): UsageRecord[] {
  return traces.flatMap((trace) => {
    const records = trace.logs.flatMap(({ message }) => {
      const record = readUsageLine(Array.isArray(message) ? message[0] : message);
      return record ? [record] : [];
    });
    if (records.length > 0) return records.map((record) => withFigures(record, trace, records.length));
    return trace.outcome === "ok" || trace.outcome === "canceled" ? [] : [ofEnded(trace, application, nowMs)];
  });
}

function withFigures(record: UsageRecord, { cpuTime, wallTime }: TraceItem, sharers: number): UsageRecord {
  const wall = sharers === 1 && wallTime > 0 ? { wallMs: wallTime } : {};
  if (!(cpuTime > 0)) return { ...record, ...wall, cpuMs: null, cpuEvidence: "not_measured" };
  return { ...record, ...wall, cpuMs: cpuTime / sharers, cpuEvidence: sharers === 1 ? "measured" : "estimated" };
}

function ofEnded(trace: TraceItem, application: string, nowMs: number): UsageRecord {
  const { scriptName, eventTimestamp, cpuTime, wallTime } = trace;
  const startedAtMs = eventTimestamp ?? nowMs;
  return {
    id: uuidv7(startedAtMs),
    function: scriptName?.replace(`${application}-`, "") ?? "unknown",
    trigger: "call", // what started it was in the line that it did not come to write
    tenantId: null,
    executionId: null,
    outcome: "error",
    startedAtMs,
    wallMs: wallTime,
    cpuMs: cpuTime > 0 ? cpuTime : null,
    cpuEvidence: cpuTime > 0 ? "measured" : "not_measured",
    ...noCounts(),
  };
}
