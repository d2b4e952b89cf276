import { describe, expect, it } from "vitest";
import { checkTable } from "#shared/costs/focus/check-table.ts";
import { compareInvoices, sumInvoices } from "#shared/costs/focus/invoice-totals.ts";
import { exportFocus, type FocusExport } from "#shared/costs/focus-export/export-focus.ts";
import { closePeriod } from "#shared/costs/ledger/close-period.ts";
import { correctPeriod } from "#shared/costs/ledger/correct-period.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { putReadings, type Reading } from "#shared/costs/ledger/readings.ts";
import { readTable } from "#shared/costs/tabular/read-table.ts";
import type { Database } from "#shared/database/database.ts";
import { parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { listOf } from "#tests/support/list-of.ts";
import { openPricedLedger, type PricedLedgerInput } from "#tests/support/priced-ledger.ts";

const CLASS_A: Reading = {
  accountId: "cloudflare-main",
  card: "cloudflare/r2-standard",
  meter: "class-a",
  fromDay: "2026-10-01",
  toDay: "2026-11-01",
  quantity: "1200000",
  evidence: "metered",
  source: "dashboard",
};

/** 15 million requests of two tenants in October on Workers Paid, and a plan in EUR. */
const OCTOBER: PricedLedgerInput = {
  accounts: [
    {
      id: "cloudflare-main",
      name: "Cloudflare",
      cards: ["cloudflare/workers-paid", "cloudflare/r2-standard"],
      fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }],
    },
    {
      id: "n8n",
      name: "n8n Cloud",
      cards: ["n8n/cloud"],
      fixed: [{ card: "n8n/cloud", meter: "pro-annual", quantity: "1" }],
      spread: "first_come",
    },
  ],
  cells: [
    {
      day: "2026-10-01",
      tenantId: "acme",
      invocations: 8_000_000n,
      requests: 8_000_000n,
      cpuMeasuredUs: 40_000_000_000n,
    },
    {
      day: "2026-10-02",
      tenantId: "beta",
      invocations: 7_000_000n,
      requests: 7_000_000n,
      cpuMeasuredUs: 20_000_000_333n,
    },
    {
      day: "2026-10-02",
      tenantId: null,
      function: "deliver-webhook",
      workflowId: "planning",
      invocations: 30n,
      messages: 30n,
      outgoingCalls: 25n,
      cpuUnmeasured: 30n,
    },
  ],
  readings: [CLASS_A],
  periods: ["2026-10"],
};

const options = (change: Partial<FocusExport> = {}): FocusExport => ({
  period: "2026-10",
  version: "1.4",
  dataset: "cost-and-usage",
  format: "csv",
  ...change,
});

const write = async (db: Database, change?: Partial<FocusExport>): Promise<string> =>
  (await listOf(exportFocus(db, options(change)))).join("");

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

const rowsOf = async (text: string) => (await listOf((await readTable(bytesOf(text))).rows)).map(({ cells }) => cells);

const sum = (rows: readonly Record<string, string | null>[], column: string): string =>
  toDecimalString(rows.reduce((total, row) => total.plus(parseDecimal(row[column] ?? "0")), ZERO));

describe("a month as FOCUS", () => {
  it.each([
    ["1.4", "csv"],
    ["1.4", "json"],
    ["1.2", "csv"],
    ["1.2", "json"],
  ] as const)("of %s in %s passes our own checker", async (version, format) => {
    const { db } = await openPricedLedger(OCTOBER);
    const text = await write(db, { version, format });
    const report = await checkTable(await readTable(bytesOf(text)));
    expect(report).toMatchObject({ version, errors: 0, warnings: 0, findings: [] });
    expect(report.rows).toBeGreaterThan(8);
  });

  it("bills what the invoice will, allowance and overage apart, the fee recognised on usage", async () => {
    const { db } = await openPricedLedger(OCTOBER);
    const rows = await rowsOf(await write(db));
    const ofMeter = (meter: string) => rows.filter(({ SkuMeter }) => SkuMeter === meter);
    const requests = ofMeter("requests");
    expect(requests.map((row) => [row.SubAccountId, row.SkuPriceId, row.PricingQuantity, row.ListCost])).toEqual([
      ["acme", "cloudflare/workers-paid/requests/included", "5333333", "0"],
      ["acme", "cloudflare/workers-paid/requests/overage", "2666667", "0.8000001"],
      ["beta", "cloudflare/workers-paid/requests/included", "4666667", "0"],
      ["beta", "cloudflare/workers-paid/requests/overage", "2333333", "0.6999999"],
    ]);
    expect([sum(requests, "BilledCost"), sum(requests, "ListCost")]).toEqual(["1.5", "1.5"]);
    const fee = ofMeter("subscription");
    expect(fee[0]).toMatchObject({ ChargeCategory: "Purchase", BilledCost: "5", EffectiveCost: "0" });
    expect([sum(fee, "BilledCost"), sum(fee, "EffectiveCost")]).toEqual(["5", "5"]);
    const plan = ofMeter("pro-annual");
    expect(plan[0]).toMatchObject({ BillingCurrency: "EUR", BilledCost: "50", ChargeCategory: "Purchase" });
    expect(sum(plan, "EffectiveCost")).toBe("50");
    const stored = ofMeter("class-a");
    expect([sum(stored, "BilledCost"), sum(stored, "ListCost"), sum(stored, "ConsumedQuantity")]).toEqual([
      "4.5",
      "4.5",
      "1200000",
    ]);
  });

  it("is the same bytes when the month is priced again, whatever the format", async () => {
    const { db, pool } = await openPricedLedger(OCTOBER);
    for (const format of ["csv", "json", "spreadsheet"] as const) {
      expect(await write(db, { format })).toBe(await write(db, { format }));
    }
    const before = await write(db);
    await pool.query("update cost_accounts set updated_at = now()");
    await pricePeriod(db, "2026-10", { cause: "recompute" });
    expect(await write(db)).toBe(before);
  });

  it("agrees with its Invoice Detail to the last digit", async () => {
    const { db } = await openPricedLedger(OCTOBER);
    const detail = await write(db, { dataset: "invoice-detail" });
    const report = await checkTable(await readTable(bytesOf(detail)));
    expect(report).toMatchObject({ dataset: "invoice-detail", errors: 0, warnings: 0 });
    const [charged, invoiced] = [sumInvoices(), sumInvoices()];
    for (const row of await rowsOf(await write(db))) charged.add(row);
    for (const row of await rowsOf(detail)) invoiced.add(row);
    expect(charged.totals.size).toBeGreaterThan(3);
    expect([...compareInvoices(charged, invoiced)]).toEqual([]);
    expect(
      sum(
        (await rowsOf(detail)).filter(({ BillingCurrency }) => BillingCurrency === "USD"),
        "BilledCost",
      ),
    ).toBe("11.6");
  });

  it("has no Invoice Detail in 1.2", async () => {
    const { db } = await openPricedLedger({ accounts: [] });
    await expect(write(db, { dataset: "invoice-detail", version: "1.2" })).rejects.toThrow("from FOCUS 1.4 on");
  });

  it("without a charge has a header in CSV, and an empty list in JSON", async () => {
    const { db } = await openPricedLedger({ accounts: [] });
    expect(await write(db)).toMatch(/^AllocatedMethodId,.+,x_WorkflowId\r\n$/);
    expect(await write(db, { format: "json" })).toBe("[]\n");
  });

  it("tells which charges have no amount, and leaves them out", async () => {
    const { db, pool } = await openPricedLedger(OCTOBER);
    await pool.query("update cost_charges set amount = null, billed_cost = null where meter = 'requests'");
    const omitted: string[] = [];
    const text = await write(db, { onOmitted: ({ card, meter }) => omitted.push(`${card} ${meter}`) });
    expect(omitted).toContain("cloudflare/workers-paid requests");
    expect(text).not.toContain("workers-paid/requests");
  });

  it("bills a correction of a closed month in the month in which it was made", async () => {
    const { db, pool } = await openPricedLedger(OCTOBER);
    await closePeriod(db, "2026-10", { actor: "user:fin" });
    const before = await write(db);
    await putReadings(db, [{ ...CLASS_A, quantity: "2200000" }], "user:fin");
    await correctPeriod(db, "2026-10", { actor: "user:fin", reason: "late reading" });
    await pool.query("update cost_charges set created_at = '2026-11-20T10:00:00Z' where correction_of is not null");
    expect(await write(db)).toBe(before);
    const november = await write(db, { period: "2026-11" });
    const rows = await rowsOf(november);
    expect(sum(rows, "BilledCost")).toBe("4.5");
    for (const row of rows) {
      expect(row).toMatchObject({
        ChargeClass: "Correction",
        BillingPeriodStart: "2026-11-01T00:00:00Z",
        InvoiceId: "cloudflare-main-2026-11",
        x_CorrectionReason: "late reading",
      });
      expect(row.ChargePeriodStart).toMatch(/^2026-10-0[12]T/);
    }
    expect(await checkTable(await readTable(bytesOf(november)))).toMatchObject({ errors: 0, warnings: 0 });
  });
});
