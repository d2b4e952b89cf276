import { expect, it } from "vitest";
import { listBudgetStatuses } from "#shared/costs/budgets/budget-status.ts";
import { setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { cellNameOf, explainChange } from "#shared/costs/explain/explain-change.ts";
import { gather } from "#shared/costs/gathered-records.ts";
import { beginInvocation } from "#shared/costs/invocation.ts";
import { putAccount } from "#shared/costs/ledger/accounts.ts";
import { keepLedger } from "#shared/costs/ledger/keep-ledger.ts";
import { readReportData } from "#shared/costs/notices/report-data.ts";
import { endInvocation } from "#shared/costs/usage-record.ts";
import { writePack } from "#shared/costs/write-pack.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { childTrace } from "#shared/tracing/trace-context.ts";
import { openBridge } from "#tests/support/bridge.ts";

const usd = (femto: bigint) => Number(femto) / 1e15;

it("budgets, explanations and reports read what the ledger priced from usage records", async () => {
  const { ctx, pool } = await openBridge();
  const { db } = ctx;
  await pool.query("insert into host_processes (id, host) values (4711, 'workers')");
  await putAccount(
    db,
    {
      id: "cloudflare",
      name: "Cloudflare",
      cards: ["cloudflare/workers-paid"],
      hosts: ["workers"],
      fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }],
    },
    "user:ada",
  );
  let sequence = 0;
  const serve = async (day: string, tenantId: string, count: number) => {
    const startedAtMs = Date.parse(`${day}T10:00:00Z`);
    const records = Array.from({ length: count }, () => {
      const invocation = beginInvocation("api", "http", childTrace(undefined), startedAtMs);
      invocation.tenantId = tenantId;
      return { ...endInvocation(invocation, "ok", startedAtMs + 5), cpuMs: 4, cpuEvidence: "measured" as const };
    });
    await writePack(db, {
      id: uuidv7(startedAtMs),
      processId: 4711,
      firstSequence: sequence,
      records: gather(records),
      host: "workers",
    });
    sequence += count;
  };
  await serve("2026-10-10", "acme", 100);
  await serve("2026-11-10", "acme", 300);
  await serve("2026-11-10", "globex", 100);
  await keepLedger(db, Date.parse("2026-11-20T00:00:00Z"));

  // At list price a request costs $0.0000003 and a CPU-ms $0.00000002: 100 of them 0.000038, 400 of them 0.000152.
  const reader = { db, scope: { kind: "platform" } } as const;
  const [november, october] = [
    { from: "2026-11-01", to: "2026-12-01" },
    { from: "2026-10-01", to: "2026-11-01" },
  ];
  const list = await explainChange(reader, november, october, { basis: "list" });
  expect([list.beforeFemto, list.afterFemto, list.volumeFemto, list.priceFemto].map(usd)).toEqual([
    0.000038, 0.000152, 0.000114, 0,
  ]);
  // Effective: all within the allowance, so the fee of $5 is all there is, and a quarter of November's is globex's.
  const effective = await explainChange(reader, november, october);
  expect([effective.beforeFemto, effective.afterFemto, effective.unexplainedFemto].map(usd)).toEqual([5, 5, 0]);
  const fees = effective.cells.filter(({ key }) => cellNameOf(key).meter === "subscription");
  expect(fees.map(({ key, changeFemto }) => [cellNameOf(key).tenantId, usd(changeFemto)]).sort()).toEqual([
    ["acme", -1.25],
    ["globex", 1.25],
  ]);

  await setBudget({ ...reader, actor: "user:ada" }, { name: "acme", monthlyUsd: "10", tenantId: "acme" });
  expect(await listBudgetStatuses(reader, "2026-11", "2026-11-20")).toMatchObject([
    { spent: "3.75", spentPercent: "37.5", forecast: { expected: "3.75" } },
  ]);
  const report = {
    audience: "globex",
    period: "2026-11",
    stage: "preliminary",
    publicUrl: "https://rainwire.test",
  } as const;
  expect(await readReportData(db, report)).toMatchObject({
    effective: "1.25",
    list: "0.000038",
    previous: null,
    movers: [{ function: "api", before: "0", after: "1.25", change: "1.25" }],
  });
});
