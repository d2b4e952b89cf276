import { describe, expect, it } from "vitest";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import {
  type CostReader,
  costOfInvocation,
  costOfRun,
  costSummary,
  costsBy,
  costTrend,
} from "#shared/costs/read-costs.ts";
import { sum } from "#tests/support/decimal-sum.ts";
import { CLOUDFLARE, OCTOBER, openLedger, PERIOD, usageAt } from "#tests/support/ledger.ts";

const RUNS = ["01900000-0000-7000-8000-0000000000a1", "01900000-0000-7000-8000-0000000000a2"] as const;
const OTHERS_RUN = "01900000-0000-7000-8000-0000000000b1";

async function openPriced() {
  const ledger = await openLedger([CLOUDFLARE, { id: "redis", name: "Upstash", cards: ["upstash/redis-payg"] }]);
  for (const [id, tenant] of [
    [RUNS[0], "acme"],
    [RUNS[1], "acme"],
    [OTHERS_RUN, "globex"],
  ] as const) {
    await ledger.pool.query(
      `insert into workflow_executions (id, tenant_id, workflow_id, trigger_type, trigger, event_id, payload) values ($1, $2, 'planning-agent', 'action', 'goal.create', $1, '{}')`,
      [id, tenant],
    );
  }
  const inRun = (executionId: string, tenantId: string, i: number) =>
    usageAt(`2026-10-10T1${i}:00:00Z`, {
      function: "hooks",
      executionId,
      tenantId,
      cpuMs: 7_000_000 + i,
      redisCommands: 3 + i,
    });
  const records = [
    ...[0, 1, 2].map((i) => inRun(RUNS[0], "acme", i)),
    ...[3, 4].map((i) => inRun(RUNS[1], "acme", i)),
    inRun(OTHERS_RUN, "globex", 5),
    ...[0, 1, 2, 3].map((i) => usageAt(`2026-10-10T12:0${i}:00Z`, { cpuMs: 1_000_000 * i + 1, redisCommands: i })),
    usageAt("2026-10-11T00:00:00Z", {
      tenantId: null,
      function: "price-usage",
      trigger: "tick",
      cpuMs: null,
      cpuEvidence: "not_measured",
    }),
  ];
  await ledger.pack(records);
  await rollUpUsage(ledger.db);
  await pricePeriod(ledger.db, PERIOD, { cause: "recompute" });
  const all: CostReader = { db: ledger.db, scope: { kind: "platform" } };
  const acme: CostReader = { db: ledger.db, scope: { kind: "tenant", tenantId: "acme" } };
  return { ledger, records, all, acme };
}

describe("reading costs", () => {
  it("sums to the invoice along every dimension", async () => {
    const { ledger, all } = await openPriced();
    const invoice = await ledger.sum("billed_cost", "cost_charges");
    expect(invoice).toBe("5.36"); // 5.00, 0.36 of 48 million ms CPU, and 31 commands that round to nothing
    const { effectiveCost, listCost, invocations, missingRecords, unmeasured } = await costSummary(all, OCTOBER);
    expect({ effectiveCost, invocations, missingRecords, unmeasured }).toEqual({
      effectiveCost: "5.36",
      invocations: 11,
      missingRecords: 0,
      unmeasured: 1,
    });
    expect(listCost).toBe(await ledger.sum("list_cost", "cost_charges"));
    for (const dimension of ["function", "tenant", "workflow", "day", "provider", "meter"] as const) {
      const { items } = await costsBy(all, dimension, OCTOBER, { limit: 100 });
      expect([dimension, sum(items.map((item) => item.effectiveCost))]).toEqual([dimension, "5.36"]);
      expect(sum(items.map((item) => item.listCost))).toBe(listCost);
    }
    for (const bucket of ["day", "month"] as const) {
      expect(sum((await costTrend(all, OCTOBER, bucket)).map((point) => point.effectiveCost))).toBe("5.36");
    }
    expect(await costTrend(all, OCTOBER, "day")).toHaveLength(31);
  });

  it("answers a narrow filter from the lines and a wide one from rollups, alike", async () => {
    const { all } = await openPriced();
    const byTenant = await costsBy(all, "tenant", OCTOBER, { limit: 10 });
    for (const { key, effectiveCost } of byTenant.items.filter((item) => item.isAllocated && item.key !== null)) {
      const ofTenant = { ...OCTOBER, tenantId: key ?? "" };
      expect((await costSummary(all, ofTenant)).effectiveCost).toBe(effectiveCost);
      const { items } = await costsBy(all, "function", ofTenant, { limit: 10 });
      expect(sum(items.map((item) => item.effectiveCost))).toBe(effectiveCost);
    }
  });

  it("carries the evidence of each figure, and shows what was not measured as null", async () => {
    const { all } = await openPriced();
    const { items } = await costsBy(all, "meter", OCTOBER, { limit: 10 }, { by: "key", direction: "asc" });
    expect(
      items.map(({ key, quantity, unit, effectiveCost, evidence, unmeasured }) => [
        key,
        quantity,
        unit,
        effectiveCost,
        evidence.map((each) => each.class),
        unmeasured,
      ]),
    ).toEqual([
      ["cloudflare/workers-paid/cpu-ms", "48000019", "CPU-ms", "0.36", ["metered", "unknown"], 1],
      ["cloudflare/workers-paid/requests", "10", "Requests", "0", ["metered"], 0],
      ["cloudflare/workers-paid/subscription", null, "Months", "5", ["flat"], 0],
      ["upstash/redis-payg/bandwidth", null, "GB", null, ["unknown"], 0],
      ["upstash/redis-payg/commands", "39", "Commands", "0", ["metered"], 0],
      ["upstash/redis-payg/databases", null, "Databases", null, ["unknown"], 0],
      ["upstash/redis-payg/storage", null, "GB-Months", null, ["unknown"], 0],
    ]);
  });

  it("pages and sorts", async () => {
    const { all } = await openPriced();
    const byKey = { by: "key", direction: "asc" } as const;
    const first = await costsBy(all, "meter", OCTOBER, { limit: 4 }, byKey);
    expect(first.items).toHaveLength(4);
    const second = await costsBy(all, "meter", OCTOBER, { limit: 4, before: first.next ?? "" }, byKey);
    expect([second.items.length, second.next]).toEqual([3, null]);
    const highest = await costsBy(all, "tenant", OCTOBER, { limit: 1 });
    expect(highest.items[0]?.key).toBe("acme");
  });

  it("shows a tenant its own costs only, whatever its filter asks for", async () => {
    const { acme, all, records } = await openPriced();
    const own = (await costSummary(all, { ...OCTOBER, tenantId: "acme" })).effectiveCost;
    expect((await costSummary(acme, { ...OCTOBER, tenantId: "globex" })).effectiveCost).toBe(own);
    expect((await costSummary(acme, OCTOBER)).missingRecords).toBeNull();
    for (const dimension of ["tenant", "run"] as const) {
      const { items } = await costsBy(acme, dimension, { ...OCTOBER, tenantId: "globex" }, { limit: 50 });
      expect(new Set(items.map((item) => (dimension === "tenant" ? item.key : item.run?.tenantId)))).toEqual(
        new Set(["acme"]),
      );
    }
    for (const dimension of ["function", "workflow", "day", "provider", "meter"] as const) {
      const { items } = await costsBy(acme, dimension, OCTOBER, { limit: 50 });
      expect(sum(items.map((item) => item.effectiveCost))).toBe(own);
    }
    expect(await costOfRun(acme, OTHERS_RUN)).toBeUndefined();
    expect(
      await costOfInvocation(acme, records.find(({ tenantId }) => tenantId === "globex")?.id ?? ""),
    ).toBeUndefined();
    expect(await costOfInvocation(acme, records.find(({ tenantId }) => tenantId === null)?.id ?? "")).toBeUndefined();
  });
});

describe("drilling down", () => {
  it("splits a cell on among runs and hours, and those among invocations, so that each level sums to the one above", async () => {
    const { ledger, all, records } = await openPriced();
    const invocations = await Promise.all(records.map(({ id }) => costOfInvocation(all, id)));
    expect(invocations.every((found) => found !== undefined)).toBe(true);
    expect(sum(invocations.map((found) => found?.effectiveCost ?? null))).toBe("5.36");
    expect(sum(invocations.map((found) => found?.listCost ?? null))).toBe(await ledger.sum("list_cost", "cost_lines"));
    for (const id of [...RUNS, OTHERS_RUN]) {
      const run = await costOfRun(all, id);
      const ofRun = invocations.filter((found) => found?.executionId === id);
      expect(run?.invocations.map(({ invocationId }) => invocationId).sort()).toEqual(
        ofRun.map((found) => found?.invocationId).sort(),
      );
      expect(run?.effectiveCost).toBe(sum(ofRun.map((found) => found?.effectiveCost ?? null)));
      expect(run?.listCost).toBe(sum(ofRun.map((found) => found?.listCost ?? null)));
    }
    const byWorkflow = await costsBy(all, "workflow", OCTOBER, { limit: 10 });
    const runs = await Promise.all([...RUNS, OTHERS_RUN].map((id) => costOfRun(all, id)));
    expect(sum(runs.map((run) => run?.effectiveCost ?? null))).toBe(
      byWorkflow.items.find(({ key }) => key === "planning-agent")?.effectiveCost,
    );
  });

  it("says of each line its quantity, price, date, source, evidence and method", async () => {
    const { all, records } = await openPriced();
    const cost = await costOfInvocation(all, records[1]?.id ?? "");
    expect(cost).toMatchObject({
      function: "hooks",
      executionId: RUNS[0],
      workflowId: "planning-agent",
      cpuMs: 7_000_001,
    });
    expect(cost?.items.find(({ meter }) => meter === "cpu-ms")).toEqual({
      account: { id: "cloudflare", name: "Cloudflare" },
      provider: "Cloudflare",
      service: "Workers",
      card: "cloudflare/workers-paid",
      cardHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      priceDate: "2024-03-01",
      priceLevel: "O",
      priceSource: expect.stringContaining("pricing.mdx"),
      meter: "cpu-ms",
      quantity: "7000001",
      unit: "CPU-ms",
      unitPrice: "0.00000002",
      currency: "USD",
      exchangeRate: "1",
      evidence: "metered",
      spread: "pro_rata",
      chargeId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      function: "hooks",
      isCorrection: false,
      listCost: "0.14000002",
      effectiveCost: expect.stringMatching(/^0\.05249998671875\d$/), // 0.44 × 7000001 / 48000019
    });
  });

  it("shows what was not measured of an invocation as such", async () => {
    const { all, records } = await openPriced();
    const cost = await costOfInvocation(all, records.at(-1)?.id ?? "");
    expect(
      cost?.items.map(({ meter, evidence, quantity, listCost }) => [meter, evidence, quantity, listCost]),
    ).toContainEqual(["cpu-ms", "unknown", null, null]);
  });

  it("answers a filter of one run exactly, along every dimension, and another tenant's with nothing", async () => {
    const { all, acme } = await openPriced();
    const run = await costOfRun(all, RUNS[0]);
    const ofRun = { ...OCTOBER, executionId: RUNS[0] };
    expect(await costSummary(all, ofRun)).toMatchObject({
      effectiveCost: run?.effectiveCost,
      listCost: run?.listCost,
      invocations: 3,
    });
    for (const dimension of ["function", "tenant", "workflow", "day", "provider", "meter"] as const) {
      const { items } = await costsBy(all, dimension, ofRun, { limit: 10 });
      expect(sum(items.map((item) => item.effectiveCost))).toBe(run?.effectiveCost);
    }
    expect((await costTrend(all, ofRun, "day")).filter((point) => point.effectiveCost !== null)).toMatchObject([
      { bucket: "2026-10-10", effectiveCost: run?.effectiveCost },
    ]);
    expect((await costSummary(acme, { ...OCTOBER, executionId: OTHERS_RUN })).effectiveCost).toBeNull();
    expect((await costsBy(acme, "meter", { ...OCTOBER, executionId: OTHERS_RUN }, { limit: 9 })).items).toEqual([]);
  });

  it("lists runs by list cost, each with its effective cost", async () => {
    const { all } = await openPriced();
    const { items } = await costsBy(all, "run", OCTOBER, { limit: 10 });
    expect(items.map(({ key }) => key)).toEqual([...RUNS, OTHERS_RUN]);
    for (const { key, listCost, effectiveCost } of items) {
      const run = await costOfRun(all, key ?? "");
      expect(listCost).toBe(run?.listCost);
      expect(Number(effectiveCost)).toBeCloseTo(Number(run?.effectiveCost), 11);
    }
  });
});
