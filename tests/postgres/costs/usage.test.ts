import { describe, expect, it } from "vitest";
import { readUsageRecord, usageByFunction, usageCompleteness } from "#shared/costs/read-usage.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { createUsageWriter, type UsageWriter } from "#shared/costs/usage-writer.ts";
import { type Database, DatabaseError } from "#shared/database/database.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { type Bridge, openBridge } from "#tests/support/bridge.ts";

const PROCESS = 4711;
const START_MS = Date.parse("2026-11-20T10:00:00Z");

const recordOf = (change: Partial<UsageRecord> = {}): UsageRecord => ({
  id: uuidv7(change.startedAtMs ?? START_MS),
  function: "api",
  trigger: "http",
  tenantId: "acme",
  executionId: null,
  outcome: "ok",
  startedAtMs: START_MS,
  wallMs: 12.5,
  cpuMs: null,
  cpuEvidence: "not_measured",
  sqlStatements: 3,
  sqlMs: 1.25,
  queueMessages: 1,
  queueBytes: 64,
  outgoingCalls: 0,
  logBytes: 200,
  queueOperations: 0,
  publishedMessages: 0,
  redisCommands: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  logEvents: 0,
  ...change,
});

interface Written {
  bridge: Bridge;
  errors: unknown[];
  open(options?: { db?: Database; processCpuMs?: () => number }): UsageWriter;
  packs(): Promise<[firstSequence: number, count: number][]>;
}

async function openUsage(): Promise<Written> {
  const bridge = await openBridge();
  await bridge.pool.query("insert into host_processes (id, host) values ($1, 'node')", [PROCESS]);
  const errors: unknown[] = [];
  return {
    bridge,
    errors,
    open: (options = {}) =>
      createUsageWriter({
        db: bridge.ctx.db,
        processId: PROCESS,
        onError: (error) => errors.push(error),
        ...options,
      }),
    async packs() {
      const { rows } = await bridge.pool.query("select first_sequence, record_count from usage_packs order by 1");
      return rows.map((row) => [row.first_sequence, row.record_count]);
    },
  };
}

describe("the usage writer", () => {
  it("writes everything at close, in packs of four thousand without a gap, and finds each record again", async () => {
    const { bridge, open, packs, errors } = await openUsage();
    const writer = open();
    const records = Array.from({ length: 10_000 }, (_, i) => recordOf({ startedAtMs: START_MS + (i % 7), wallMs: i }));
    for (const record of records) writer.record(record);
    await writer.close();
    expect(errors).toEqual([]);
    expect(await packs()).toEqual([
      [0, 4000],
      [4000, 4000],
      [8000, 2000],
    ]);
    for (const i of [0, 3999, 4000, 9999]) {
      expect(await readUsageRecord(bridge.ctx.db, records[i]?.id ?? "")).toEqual(records[i]);
    }
    expect(await readUsageRecord(bridge.ctx.db, uuidv7(START_MS + 3))).toBeUndefined();
    expect(await usageCompleteness(bridge.ctx.db)).toEqual([
      { processId: PROCESS, served: 10_000, recorded: 10_000, hasCrashed: false },
    ]);
  });

  it("finds each of many kept reads again, which it packs as one", async () => {
    const { bridge, open } = await openUsage();
    const writer = open();
    const records = Array.from({ length: 300 }, (_, i) =>
      recordOf({ startedAtMs: START_MS + i, wallMs: i / 1000, sqlStatements: 0, sqlMs: 0, logBytes: i }),
    );
    for (const record of records) writer.record(record);
    await writer.close();
    for (const i of [0, 1, 150, 299])
      expect(await readUsageRecord(bridge.ctx.db, records[i]?.id ?? "")).toEqual(records[i]);
    expect(await readUsageRecord(bridge.ctx.db, uuidv7(START_MS + 3))).toBeUndefined();
    expect(await usageByFunction(bridge.ctx.db, new Date(START_MS))).toMatchObject([
      { function: "api", invocations: 300, failures: 0, wallMs: 44.85, logBytes: 44_850 },
    ]);
  });

  it("writes by itself, without a close", async () => {
    const { open, packs } = await openUsage();
    const writer = open();
    writer.record(recordOf());
    await expect.poll(packs, { timeout: 3000 }).toEqual([[0, 1]]);
    await writer.close();
  });

  it("keeps what it cannot write and writes it when the database is back", async () => {
    const { bridge, open, packs, errors } = await openUsage();
    const writer = open({ processCpuMs: () => 10 });
    await bridge.pool.query("alter table usage_packs rename to usage_packs_away");
    for (let i = 0; i < 4500; i++) writer.record(recordOf());
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await bridge.pool.query("alter table usage_packs_away rename to usage_packs");
    for (let i = 0; i < 300; i++) writer.record(recordOf());
    await writer.close();
    expect(await packs()).toEqual([
      [0, 4000],
      [4000, 801], // and what writing took so far
    ]);
    const { rows } = await bridge.pool.query(
      "select count(*) filter (where r->>8 is null) as without_cpu from usage_packs, jsonb_array_elements(records) r",
    );
    expect(rows).toEqual([{ without_cpu: 0 }]);
  });

  it("writes a pack once though the answer to its write was lost", async () => {
    const { bridge, open, packs, errors } = await openUsage();
    let isLost = false;
    const losing: Database = {
      ...bridge.ctx.db,
      async query(statement) {
        const rows = await bridge.ctx.db.query(statement);
        if (!isLost && statement.text.includes("usage_packs")) {
          isLost = true;
          throw new DatabaseError("connection lost", { kind: "unavailable" });
        }
        return rows;
      },
    };
    const writer = open({ db: losing });
    for (let i = 0; i < 4000; i++) writer.record(recordOf());
    await expect.poll(() => errors.length).toBe(1);
    for (let i = 0; i < 10; i++) writer.record(recordOf());
    await writer.close();
    expect(await packs()).toEqual([
      [0, 4000],
      [4000, 11], // and what writing took so far
    ]);
  });

  it("shares the CPU that the process used by operations, and says that it is an estimate", async () => {
    const { bridge, open } = await openUsage();
    let usedMs = 100;
    const writer = open({ processCpuMs: () => usedMs });
    const light = recordOf({ sqlStatements: 0, outgoingCalls: 0 });
    const heavy = recordOf({ sqlStatements: 6, outgoingCalls: 2 });
    writer.record(light);
    writer.record(heavy);
    usedMs = 150;
    await writer.close();
    const read = (id: string) => readUsageRecord(bridge.ctx.db, id);
    expect(await read(light.id)).toMatchObject({ cpuMs: 5, cpuEvidence: "estimated" });
    expect(await read(heavy.id)).toMatchObject({ cpuMs: 45, cpuEvidence: "estimated" });
  });

  it("shows what was lost as a gap between served and recorded, and the crash", async () => {
    const { bridge, open } = await openUsage();
    const writer = open();
    for (let i = 0; i < 4200; i++) writer.record(recordOf());
    await writer.close();
    await bridge.pool.query("delete from usage_packs where first_sequence = 4000");
    await bridge.pool.query("update host_processes set stopped_at = null");
    expect(await usageCompleteness(bridge.ctx.db)).toEqual([
      { processId: PROCESS, served: 4200, recorded: 4000, hasCrashed: true },
    ]);
  });
});

describe("usage by function", () => {
  const LATER_MS = START_MS + 60_000;

  async function openWithUsage() {
    const usage = await openUsage();
    const writer = usage.open();
    writer.record(recordOf({ startedAtMs: START_MS - 1, wallMs: 1000 }));
    writer.record(recordOf({ wallMs: 10, cpuMs: 2, cpuEvidence: "measured" }));
    writer.record(recordOf({ wallMs: 20.5, outcome: "error", startedAtMs: LATER_MS }));
    writer.record(recordOf({ wallMs: 5, outcome: "client_error", tenantId: "globex" }));
    writer.record(recordOf({ function: "dispatch", wallMs: 7, outcome: "dead", tenantId: null, outgoingCalls: 4 }));
    await writer.close();
    return usage.bridge.ctx.db;
  }

  it("is the sum of its invocations since the instant, that instant included", async () => {
    const db = await openWithUsage();
    expect(await usageByFunction(db, new Date(START_MS))).toEqual([
      {
        function: "api",
        invocations: 3,
        failures: 1,
        wallMs: 35.5,
        cpuMs: 2,
        sqlStatements: 9,
        sqlMs: 3.75,
        queueMessages: 3,
        outgoingCalls: 0,
        logBytes: 600,
      },
      {
        function: "dispatch",
        invocations: 1,
        failures: 1,
        wallMs: 7,
        cpuMs: null,
        sqlStatements: 3,
        sqlMs: 1.25,
        queueMessages: 1,
        outgoingCalls: 4,
        logBytes: 200,
      },
    ]);
    expect(await usageByFunction(db, new Date(LATER_MS))).toMatchObject([{ function: "api", invocations: 1 }]);
    expect(await usageByFunction(db, new Date(LATER_MS + 1))).toEqual([]);
  });

  it("is one tenant's when asked so", async () => {
    const db = await openWithUsage();
    const usage = await usageByFunction(db, new Date(START_MS), "globex");
    expect(usage).toMatchObject([{ function: "api", invocations: 1, wallMs: 5, failures: 0 }]);
  });
});
