import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { raiseGaps } from "#shared/costs/ledger/raise-gaps.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { type LedgerFixture, openLedger, PERIOD, usageAt } from "#tests/support/ledger.ts";

const RUN = "01900000-0000-7000-8000-00000000000a";

/** Cells and slices without the ids of this database, in an order of their own. */
async function rolledUp({ pool }: LedgerFixture): Promise<unknown> {
  const cells = await pool.query("select to_jsonb(c) - 'id' as row from usage_cells c order by 1");
  const slices = await pool.query(`
    select to_jsonb(s) - 'cell_id' || jsonb_build_object('function', c.function, 'tenant', c.tenant_id) as row
    from usage_slices s join usage_cells c on c.id = s.cell_id order by 1`);
  return { cells: cells.rows, slices: slices.rows };
}

const RECORDS: UsageRecord[] = [
  usageAt("2026-10-01T00:00:00Z", { sqlMs: 1.001 }),
  usageAt("2026-10-01T00:59:59.999Z", { cpuMs: 2.5, cpuEvidence: "estimated", redisCommands: 2 }),
  usageAt("2026-10-01T01:00:00Z", { outcome: "error" }),
  usageAt("2026-10-01T23:00:00Z", {
    trigger: "message",
    function: "deliver-webhook",
    outgoingCalls: 1,
    executionId: RUN,
    queueOperations: 3,
  }),
  usageAt("2026-10-02T00:00:00Z", { trigger: "call", cpuMs: null, cpuEvidence: "not_measured" }),
  usageAt("2026-10-02T00:00:01Z", { tenantId: null, function: "price-usage", trigger: "tick" }),
  usageAt("2026-10-02T00:00:02Z", { tenantId: "globex", logBytes: 120, logEvents: 1 }),
];

describe("the roll-up of usage records", () => {
  it("adds records by day, function, tenant and workflow, and beneath by run, or by hour without one", async () => {
    const ledger = await openLedger();
    await ledger.pool.query(
      `insert into workflow_executions (id, tenant_id, workflow_id, trigger_type, trigger, event_id, payload) values ($1, 'acme', 'planning-agent', 'action', 'goal.create', $1, '{}')`,
      [RUN],
    );
    await ledger.pack(RECORDS);
    expect(await rollUpUsage(ledger.db)).toEqual({ packs: 1, records: 7 });
    const { rows } = await ledger.pool.query(`
      select day, function, tenant_id, workflow_id, invocations, failures, requests, calls, messages, ticks, cpu_measured_us, cpu_estimated_us,
        cpu_unmeasured, sql_us, queue_operations, redis_commands, outgoing_calls, log_bytes, uncounted from usage_cells order by day, function, tenant_id`);
    expect(rows.map(Object.values)).toEqual([
      ["2026-10-01", "api", "acme", null, 3, 1, 2, 0, 0, 0, 8000, 2500, 0, 1001, 0, 2, 0, 0, 0],
      ["2026-10-01", "deliver-webhook", "acme", "planning-agent", 1, 0, 0, 0, 1, 0, 4000, 0, 0, 0, 3, 0, 1, 0, 0],
      ["2026-10-02", "api", "acme", null, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
      ["2026-10-02", "api", "globex", null, 1, 0, 1, 0, 0, 0, 4000, 0, 0, 0, 0, 0, 0, 120, 0],
      ["2026-10-02", "price-usage", null, null, 1, 0, 0, 0, 0, 1, 4000, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    const slices = await ledger.pool.query(
      "select day, execution_id, hour, invocations from usage_slices order by day, execution_id, hour, invocations",
    );
    expect(slices.rows.map(Object.values)).toEqual([
      ["2026-10-01", RUN, -1, 1],
      ["2026-10-01", null, 0, 2],
      ["2026-10-01", null, 1, 1],
      ["2026-10-02", null, 0, 1],
      ["2026-10-02", null, 0, 1],
      ["2026-10-02", null, 0, 1],
    ]);
  });

  it("is the same however the records are cut into packs, in whatever order these come, and when it runs in between", async () => {
    const whole = await openLedger();
    await whole.pack(RECORDS);
    await rollUpUsage(whole.db);
    const expected = await rolledUp(whole);
    const cuts = fc.tuple(
      fc.shuffledSubarray(RECORDS, { minLength: RECORDS.length, maxLength: RECORDS.length }),
      fc.array(fc.boolean(), { minLength: RECORDS.length, maxLength: RECORDS.length }),
      fc.array(fc.boolean(), { minLength: RECORDS.length, maxLength: RECORDS.length }),
    );
    await fc.assert(
      fc.asyncProperty(cuts, async ([records, ends, runs]) => {
        const ledger = await openLedger();
        let part: UsageRecord[] = [];
        for (const [i, record] of records.entries()) {
          part.push(record);
          if (!ends[i] && i < records.length - 1) continue;
          await ledger.pack(part);
          part = [];
          if (runs[i]) await rollUpUsage(ledger.db);
        }
        await rollUpUsage(ledger.db);
        expect(await rolledUp(ledger)).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it("is the same of records that are packed as one and of each by itself", async () => {
    const alike = Array.from({ length: 40 }, (_, i) =>
      usageAt(`2026-10-03T09:59:5${i % 10}.${100 + i}Z`, { wallMs: 0.01 + i / 1000, cpuMs: 0.013, logBytes: 300 + i }),
    );
    const records = [
      ...alike,
      ...alike.map((one) => ({ ...one, id: one.id.replace(/^./, "f"), outcome: "error" as const })),
    ];
    const [together, apart] = [await openLedger(), await openLedger()];
    await together.pack(records);
    for (const record of records) await apart.pack([record]);
    expect(await rollUpUsage(together.db)).toEqual({ packs: 1, records: 80 });
    await rollUpUsage(apart.db);
    expect(await rolledUp(together)).toEqual(await rolledUp(apart));
    const { rows } = await together.pool.query(
      "select sum(jsonb_array_length(records))::int as elements from usage_packs",
    );
    expect(rows).toEqual([{ elements: 2 }]);
  });

  it("takes each pack once when several run at the same time, and a late one when it comes", async () => {
    const ledger = await openLedger();
    for (let i = 0; i < 40; i++) await ledger.pack([usageAt(), usageAt(), usageAt()]);
    const done = await Promise.all(Array.from({ length: 5 }, () => rollUpUsage(ledger.db)));
    expect(done.reduce((sum, { records }) => sum + records, 0)).toBe(120);
    expect(await ledger.sum("invocations", "usage_cells")).toBe("120");
    expect(await rollUpUsage(ledger.db)).toEqual({ packs: 0, records: 0 });
    await ledger.pack([usageAt("2026-10-03T12:00:00Z")]);
    expect(await rollUpUsage(ledger.db)).toEqual({ packs: 1, records: 1 });
    expect(await ledger.sum("invocations", "usage_slices")).toBe("121");
  });

  it("loses and doubles nothing when its transaction is cut off", async () => {
    const ledger = await openLedger();
    await ledger.pack(RECORDS);
    const cut = {
      ...ledger.db,
      batch: (statements: never) =>
        ledger.db.batch([...(statements as []), { text: "select 1/0", values: [], isEmitting: false }]),
    };
    await expect(rollUpUsage(cut as typeof ledger.db)).rejects.toThrow("division by zero");
    expect(await ledger.sum("invocations", "usage_cells")).toBeNull();
    await rollUpUsage(ledger.db);
    expect(await ledger.sum("invocations", "usage_cells")).toBe("7");
  });

  it("reads packs from before the later counters, and says that these were not counted", async () => {
    const ledger = await openLedger([{ id: "redis", name: "Redis", cards: ["upstash/redis-payg"] }]);
    await ledger.pack([usageAt("2026-10-15T10:00:00Z", { redisCommands: 7 })]);
    await ledger.pack([usageAt("2026-10-15T11:00:00Z")]);
    await ledger.pool.query(`update usage_packs set records = (select jsonb_agg((select jsonb_agg(v order by n) from jsonb_array_elements(r) with ordinality e(v, n) where n <= 16)) from jsonb_array_elements(records) r)
      where first_sequence = 1`);
    await rollUpUsage(ledger.db);
    expect(await ledger.sum("uncounted", "usage_cells")).toBe("1");
    await pricePeriod(ledger.db, PERIOD, { cause: "recompute" });
    const { rows } = await ledger.pool.query(
      "select evidence, quantity, unmeasured, list_cost from cost_lines where meter = 'commands' order by position",
    );
    expect(rows.map(Object.values)).toEqual([
      ["metered", "7", 0, "0.000014"],
      ["unknown", null, 1, null],
    ]);
  });
});

describe("missing usage records", () => {
  it("are told of once, and again when more are missing", async () => {
    const ledger = await openLedger();
    await ledger.pool.query("insert into host_processes (id, host, served_count) values (4711, 'node', 10)");
    await ledger.pack(Array.from({ length: 8 }, () => usageAt()));
    expect(await raiseGaps(ledger.db)).toBe(1); // before the roll-up, by the pack that waits
    await rollUpUsage(ledger.db);
    expect(await raiseGaps(ledger.db)).toBe(0);
    await ledger.pool.query("update host_processes set served_count = 13");
    expect(await raiseGaps(ledger.db)).toBe(1);
    const { rows } = await ledger.pool.query(
      "select data from events where name = 'costs.usage_incomplete' order by id",
    );
    expect(rows.map(({ data }) => data)).toEqual([
      { processId: 4711, host: "node", served: 10, recorded: 8, missing: 2, newlyMissing: 2 },
      { processId: 4711, host: "node", served: 13, recorded: 8, missing: 5, newlyMissing: 3 },
    ]);
  });
});
