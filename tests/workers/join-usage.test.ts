import { describe, expect, it } from "vitest";
import { joinUsage } from "#hosts/workers/join-usage.ts";
import type { TraceItem } from "#hosts/workers/platform.ts";
import { readUsageLine, usageLines } from "#hosts/workers/usage-line.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";

const record: UsageRecord = {
  id: "01900000-0000-7000-8000-000000000001",
  function: "api",
  trigger: "http",
  tenantId: "t1",
  executionId: null,
  outcome: "ok",
  startedAtMs: 1_795_000_000_000,
  wallMs: 12.5,
  cpuMs: null,
  cpuEvidence: "not_measured",
  sqlStatements: 2,
  sqlMs: 9.25,
  queueMessages: 0,
  queueBytes: 0,
  outgoingCalls: 1,
  logBytes: 300,
  queueOperations: 0,
  publishedMessages: 0,
  redisCommands: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  logEvents: 0,
};

function lineOf(usage: UsageRecord): string {
  const lines: string[] = [];
  usageLines((line) => lines.push(line)).record(usage);
  return lines[0] ?? "";
}

/** As Cloudflare documents TraceItem: console.log's arguments are an array. */
const trace = (over: Partial<TraceItem> = {}): TraceItem => ({
  scriptName: "rainwire-api",
  outcome: "ok",
  eventTimestamp: 1_795_000_000_000,
  cpuTime: 7,
  wallTime: 41,
  logs: [
    { level: "log", message: ['{"level":"info","message":"invocation"}'] },
    { level: "log", message: [lineOf(record)] },
  ],
  ...over,
});

const joined = (...traces: TraceItem[]) => joinUsage(traces, { application: "rainwire", nowMs: 1_795_000_099_000 });

describe("a usage line", () => {
  it("brings the record to the Tail consumer unchanged", () => {
    expect(readUsageLine(lineOf(record))).toEqual(record);
  });

  it("is told from other lines, and from one that the platform cut off", () => {
    expect(readUsageLine('{"level":"info"}')).toBeUndefined();
    expect(readUsageLine(lineOf(record).slice(0, 60))).toBeUndefined();
    expect(readUsageLine({ rainwireUsage: [] })).toBeUndefined();
  });
});

describe("a trace", () => {
  it("gives its record the platform's CPU and wall time, as measured", () => {
    expect(joined(trace())).toEqual([{ ...record, cpuMs: 7, cpuEvidence: "measured", wallMs: 41 }]);
  });

  it("of zeroes, as under local workerd, reads as not measured", () => {
    expect(joined(trace({ cpuTime: 0, wallTime: 0 }))).toEqual([record]);
  });

  it("of several messages shares its CPU out, as estimated, and keeps each one's own wall time", () => {
    const other = { ...record, id: "01900000-0000-7000-8000-000000000002", wallMs: 3 };
    const logs = [record, other].map((each) => ({ level: "log", message: [lineOf(each)] }));
    expect(joined(trace({ logs, cpuTime: 8 }))).toEqual([
      { ...record, cpuMs: 4, cpuEvidence: "estimated" },
      { ...other, cpuMs: 4, cpuEvidence: "estimated" },
    ]);
  });

  it("without a line tells of an invocation that the platform ended", () => {
    expect(joined(trace({ logs: [], outcome: "exceededCpu", cpuTime: 30_000, wallTime: 30_500 }))).toMatchObject([
      {
        function: "api",
        outcome: "error",
        startedAtMs: 1_795_000_000_000,
        cpuMs: 30_000,
        cpuEvidence: "measured",
        wallMs: 30_500,
      },
    ]);
  });

  it("without a line and in order is none of ours: the sweep, say", () => {
    expect(joined(trace({ logs: [], scriptName: "rainwire-relay" }))).toEqual([]);
  });
});
