import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listBudgetStatuses } from "#shared/costs/budgets/budget-status.ts";
import { checkBudgets } from "#shared/costs/budgets/check-budgets.ts";
import { addDays } from "#shared/costs/budgets/days.ts";
import { deleteBudget, listBudgets, setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { announceReports } from "#shared/costs/notices/announce-reports.ts";
import { type Database, DatabaseError } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { EVENTS } from "#shared/events/catalog.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { type Bridge, CAUSE, openBridge } from "#tests/support/bridge.ts";
import { type CostRow, insertCosts } from "#tests/support/cost-rows.ts";

const NOW = "2026-11-20T12:00:00Z";
const PLATFORM = { kind: "platform" } as const;
const ACME = { kind: "tenant", tenantId: "acme" } as const;

async function openBudgets(rows: readonly CostRow[]) {
  const bridge = await openBridge();
  await insertCosts(bridge.ctx.db, rows);
  const contextAt = (now = NOW, db: Database = bridge.ctx.db) => ({
    db,
    clock: () => Date.parse(now),
    publicUrl: "https://rainwire.test",
    causedBy: (actor: string) => ({ ...CAUSE, actor }),
  });
  const set = async (scope: typeof PLATFORM | typeof ACME, input: Parameters<typeof setBudget>[1]) => {
    const budget = await setBudget({ db: bridge.ctx.db, scope, actor: "user:ada" }, input);
    if (isFailure(budget)) throw new Error(`${budget.failure}: ${JSON.stringify(budget.fields)}`);
    return budget;
  };
  return { bridge, contextAt, set };
}

/** $4 of acme and $1 of globex a day from the first of November on, and a fee of $6 for acme. */
const NOVEMBER: CostRow[] = [
  ...Array.from({ length: 20 }, (_, i) => addDays("2026-11-01", i)).flatMap((day) => [
    { day, tenantId: "acme", effective: "4" },
    { day, tenantId: "globex", function: "hooks", effective: "1" },
  ]),
  { day: "2026-11-01", tenantId: "acme", meter: "subscription", unit: "Months", effective: "6", isFee: true },
];

const crossings = async (bridge: Bridge) =>
  (await bridge.events("costs.budget_crossed")).map(({ data }) => {
    const { threshold, name, spent } = EVENTS["costs.budget_crossed"].data.parse(data);
    return `${name}: ${threshold.percent} ${threshold.of} at ${spent}`;
  });

describe("budgets", () => {
  it("are set again by tenant and function, listed and deleted by those who may", async () => {
    const { bridge, set } = await openBudgets([]);
    const { db } = bridge.ctx;
    const all = await set(PLATFORM, { name: "All", monthlyUsd: "100" });
    const own = await set(ACME, { name: "Ours", monthlyUsd: "10", tenantId: "globex" });
    expect(own).toMatchObject({ owner: "acme", tenantId: "acme", function: null, basis: "effective" });
    expect(await set(ACME, { name: "Ours, more", monthlyUsd: "20.50" })).toMatchObject({
      id: own.id,
      name: "Ours, more",
      monthlyUsd: "20.50",
    });
    expect((await listBudgets({ db, scope: PLATFORM })).map(({ name }) => name)).toEqual(["All", "Ours, more"]);
    expect((await listBudgets({ db, scope: ACME })).map(({ name }) => name)).toEqual(["Ours, more"]);
    expect(await deleteBudget({ db, scope: ACME }, all.id)).toMatchObject({ failure: "not_found" });
    expect(await deleteBudget({ db, scope: PLATFORM }, all.id)).toBeUndefined();
    expect(await listBudgets({ db, scope: PLATFORM })).toHaveLength(1);
  });

  it.each([
    ["0", "/monthlyUsd"],
    ["1e3", "/monthlyUsd"],
    ["-5", "/monthlyUsd"],
  ])("are refused with an amount of %s", async (monthlyUsd, pointer) => {
    const { bridge } = await openBudgets([]);
    const refused = await setBudget({ db: bridge.ctx.db, scope: ACME, actor: "user:ada" }, { name: "x", monthlyUsd });
    expect(refused).toMatchObject({ failure: "invalid_request", fields: [{ pointer }] });
  });

  it("stand as the ledger says: spent, forecast, share, per tenant and function", async () => {
    const { bridge, set } = await openBudgets(NOVEMBER);
    await set(PLATFORM, { name: "1 all", monthlyUsd: "200" });
    await set(PLATFORM, { name: "2 hooks", monthlyUsd: "40", function: "hooks" });
    await set(PLATFORM, { name: "3 acme at list", monthlyUsd: "160", tenantId: "acme", basis: "list" });
    await set(PLATFORM, { name: "4 acme's hooks", monthlyUsd: "1", tenantId: "acme", function: "hooks" });
    const statuses = await listBudgetStatuses({ db: bridge.ctx.db, scope: PLATFORM }, "2026-11", "2026-11-20");
    expect(
      statuses.map(({ budget, spent, forecast, spentPercent }) => [
        budget.name,
        spent,
        forecast?.expected,
        spentPercent,
      ]),
    ).toEqual([
      ["1 all", "106", "156", "53.0"],
      ["2 hooks", "20", "30", "50.0"],
      ["3 acme at list", "80", "120", "50.0"],
      ["4 acme's hooks", "0", undefined, "0.0"],
    ]);
  });
});

describe("a threshold", () => {
  it("is told of once, whoever looks again, and again in the next month", async () => {
    const { bridge, contextAt, set } = await openBudgets([
      ...NOVEMBER,
      { day: "2026-12-06", tenantId: "acme", effective: "150" },
    ]);
    await set(PLATFORM, { name: "All", monthlyUsd: "150" });
    expect(await checkBudgets(contextAt())).toBe(2);
    expect(await checkBudgets(contextAt())).toBe(0);
    expect((await crossings(bridge)).sort()).toEqual(["All: 100 forecast at 106", "All: 50 actual at 106"]);
    expect(await checkBudgets(contextAt("2026-12-06T12:00:00Z"))).toBe(4);
    // Thresholds that are crossed at once are told of in no order.
    expect((await crossings(bridge)).slice(2).sort()).toEqual([
      "All: 100 actual at 150",
      "All: 100 forecast at 150",
      "All: 50 actual at 150",
      "All: 80 actual at 150",
    ]);
    const [status] = await listBudgetStatuses({ db: bridge.ctx.db, scope: PLATFORM }, "2026-11", "2026-11-20");
    expect(status?.crossings.map(({ percent, of }) => `${percent} ${of}`)).toEqual(["50 actual", "100 forecast"]);
  });

  it("goes to the tenant that set it, with figures and a link that its catalogue entry describes", async () => {
    const { bridge, contextAt, set } = await openBudgets(NOVEMBER);
    const budget = await set(ACME, { name: "Ours", monthlyUsd: "100", thresholds: [{ percent: 86, of: "actual" }] });
    await checkBudgets(contextAt());
    const [event] = await bridge.ctx.db.query(sql<{ tenantId: string; data: object }>`
      select tenant_id, data from events where name = 'costs.budget_crossed'`);
    expect(event).toEqual({
      tenantId: "acme",
      data: {
        noticeId: expect.any(String),
        budgetId: budget.id,
        name: "Ours",
        tenantId: "acme",
        function: null,
        period: "2026-11",
        threshold: { percent: 86, of: "actual" },
        currency: "USD",
        amount: "100",
        spent: "86",
        forecast: { expected: "126", low: "126", high: "126" },
        link: "https://rainwire.test/reports/budgets?period=2026-11",
      },
    });
  });

  it("is told once though the answer to its batch was lost, and is told later when the batch was", async () => {
    const { bridge, contextAt, set } = await openBudgets(NOVEMBER);
    await set(PLATFORM, { name: "All", monthlyUsd: "200", thresholds: [{ percent: 50, of: "actual" }] });
    const { db } = bridge.ctx;
    const lost = new DatabaseError("the connection broke", { kind: "unavailable" });
    const breaking = (isCommitted: boolean): Database => ({
      query: (statement) => db.query(statement),
      async batch(statements) {
        const isTelling = statements.some(({ text }) => text.includes("cost_notices"));
        if (isTelling && !isCommitted) throw lost;
        const rows = await db.batch(statements);
        if (isTelling) throw lost;
        return rows;
      },
    });
    await expect(checkBudgets(contextAt(NOW, breaking(false)))).rejects.toBe(lost);
    expect(await crossings(bridge)).toEqual([]);
    await expect(checkBudgets(contextAt(NOW, breaking(true)))).rejects.toBe(lost);
    expect(await checkBudgets(contextAt())).toBe(0);
    expect(await crossings(bridge)).toEqual(["All: 50 actual at 106"]);
  });

  it("is told by one of several processes that look at once", async () => {
    const { bridge, set } = await openBudgets([{ day: "2026-10-31", tenantId: "acme", effective: "7" }, ...NOVEMBER]);
    for (const [i, tenantId] of ["acme", "globex", "nobody"].entries()) {
      await set(PLATFORM, { name: `Budget ${i}`, monthlyUsd: "10", tenantId });
    }
    const script = join(import.meta.dirname, "../../support/budgets-process.ts");
    const url = bridge.pool.options.connectionString ?? "";
    const processes = Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, [script, url, NOW], { stdio: ["pipe", "pipe", "inherit"] });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      return { child, ready: once(child.stdout, "data"), ended: once(child, "close").then(() => output) };
    });
    await Promise.all(processes.map(({ ready }) => ready));
    for (const { child } of processes) child.stdin.end();
    const told = (await Promise.all(processes.map(({ ended }) => ended))).map((output) =>
      Number(/told (\d+)/.exec(output)?.[1]),
    );
    // acme and globex reach 50, 80, 100 % and the forecast; October is told to acme and the platform.
    expect(told.reduce((sum, each) => sum + each, 0)).toBe(10);
    const events = await bridge.ctx.db.query(sql<{ name: string; count: number }>`
      select name, count(*) as count from events where name like 'costs.%' group by 1 order by 1`);
    expect(events).toEqual([
      { name: "costs.budget_crossed", count: 8 },
      { name: "costs.report_ready", count: 2 },
    ]);
  });
});

describe("the monthly report", () => {
  const OCTOBER: CostRow[] = [
    { day: "2026-09-30", tenantId: "acme", effective: "8" },
    { day: "2026-10-01", tenantId: "acme", effective: "9.25", list: "10" },
    { day: "2026-10-31", tenantId: "acme", function: "hooks", effective: "0.75" },
    { day: "2026-10-15", tenantId: null, function: "ops", effective: "2" },
  ];
  const reports = async (bridge: Bridge) =>
    (await bridge.events("costs.report_ready")).map(({ data }) => EVENTS["costs.report_ready"].data.parse(data));

  it("is told for the platform and each tenant with costs, once the month is over and priced", async () => {
    const { bridge, contextAt, set } = await openBudgets(OCTOBER);
    await set(ACME, { name: "Ours", monthlyUsd: "20" });
    expect(await announceReports(contextAt("2026-11-01T00:30:00Z"))).toBe(0);
    await bridge.pool.query(`insert into pricing_runs (id, period, cause, started_at, input_hash, inputs, output_hash,
      charge_count, line_count, changed_count)
      values (gen_random_uuid(), '2026-10', 'task', '2026-11-01T00:05:00Z', 'h', '{}', 'h', 0, 0, 0)`);
    expect(await announceReports(contextAt("2026-11-01T00:38:00Z"))).toBe(2);
    expect(await announceReports(contextAt("2026-11-02T00:38:00Z"))).toBe(0);
    const [platform, acme] = await reports(bridge);
    expect(platform).toMatchObject({ audience: "platform", stage: "preliminary", effective: "12", budgets: [] });
    expect(acme).toEqual({
      noticeId: expect.any(String),
      period: "2026-10",
      stage: "preliminary",
      audience: "acme",
      currency: "USD",
      effective: "10",
      list: "10.75",
      previous: "8",
      changePercent: "25.0",
      movers: [
        { function: "api", before: "8", after: "9.25", change: "1.25" },
        { function: "hooks", before: "0", after: "0.75", change: "0.75" },
      ],
      budgets: [{ name: "Ours", amount: "20", spent: "10", percent: "50.0" }],
      link: "https://rainwire.test/reports/?from=2026-10-01&to=2026-11-01",
    });
  });

  it("is told as final once the month is closed, and then no preliminary one follows", async () => {
    const { bridge, contextAt } = await openBudgets(OCTOBER);
    await bridge.pool.query(
      "insert into cost_periods (period, state, closed_at) values ('2026-10', 'closed', '2026-11-05')",
    );
    expect(await announceReports(contextAt())).toBe(2);
    expect(await announceReports(contextAt())).toBe(0);
    expect((await reports(bridge)).map(({ audience, stage }) => [audience, stage])).toEqual([
      ["platform", "final"],
      ["acme", "final"],
    ]);
  });
});
