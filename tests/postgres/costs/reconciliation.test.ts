import { describe, expect, it } from "vitest";
import { exportFocus } from "#shared/costs/focus-export/export-focus.ts";
import { type ImportRequest, importFile } from "#shared/costs/import/import-file.ts";
import { readReconciliation } from "#shared/costs/reconcile/read-reconciliation.ts";
import type { StatementLine } from "#shared/costs/reconcile/statement.ts";
import type { Database } from "#shared/database/database.ts";
import { listOf } from "#tests/support/list-of.ts";
import { openPricedLedger, type PricedLedgerInput } from "#tests/support/priced-ledger.ts";

const day = { day: "2026-10-01", tenantId: "acme" };

/** 15 million requests ($1.50), 60 million CPU-ms ($0.60), the plan ($5.00), 2 million queue operations ($0.40). */
const OCTOBER: PricedLedgerInput = {
  accounts: [
    {
      id: "cloudflare-main",
      name: "Cloudflare",
      cards: ["cloudflare/workers-paid", "cloudflare/queues-paid"],
      fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }],
    },
  ],
  cells: [
    {
      ...day,
      invocations: 15_000_000n,
      requests: 15_000_000n,
      cpuMeasuredUs: 60_000_000_000n,
      queueOperations: 2_000_000n,
    },
  ],
  periods: ["2026-10"],
};

interface Row {
  service: string;
  unit: string;
  quantity: string | null;
  cost: string;
  invoice?: string;
  category?: string;
}

const cell = (value: string | null | undefined): string => value ?? "";

const csvOf = (rows: readonly Row[]): string =>
  [
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ConsumedQuantity,ConsumedUnit,ServiceName,ChargeDescription,InvoiceIssuerName,ServiceProviderName,InvoiceId",
    ...rows.map(({ service, unit, quantity, cost, invoice, category = "Usage" }) =>
      [
        cost,
        "cloudflare-main",
        "USD",
        "2026-10-01T00:00:00Z",
        "2026-11-01T00:00:00Z",
        "2026-10-01T00:00:00Z",
        "2026-11-01T00:00:00Z",
        category,
        cell(quantity),
        unit,
        service,
        service,
        "Cloudflare",
        "Cloudflare",
        cell(invoice),
      ].join(","),
    ),
  ].join("\n");

const take = (db: Database, text: string, change: Partial<ImportRequest> = {}) =>
  importFile(db, { bytes: new TextEncoder().encode(text), kind: "focus", actor: "user:fin", ...change });

const pick = (lines: readonly StatementLine[]) =>
  lines.map((line) => [
    line.meter ?? line.description,
    line.invoicedCost,
    line.meteredCost,
    line.difference,
    line.status,
  ]);

const REQUESTS: Row = { service: "Workers requests", unit: "Requests", quantity: "15000000", cost: "1.50" };
const CPU: Row = { service: "Workers CPU", unit: "ms", quantity: "60000000", cost: "0.60" };
const QUEUES: Row = { service: "Queues", unit: "Operations", quantity: "2000000", cost: "0.40" };

describe("a month beside its invoice", () => {
  it("says of each line how it stands, and spreads nothing", async () => {
    const { db, pool } = await openPricedLedger(OCTOBER);
    const before = await pool.query("select * from cost_lines order by charge_id, position");
    await take(
      db,
      csvOf([
        { ...REQUESTS, cost: "1.504" },
        { ...CPU, quantity: "75000000", cost: "0.90" },
        { ...QUEUES, cost: "0.80" },
        { service: "Images", unit: "Images", quantity: "10", cost: "2.00" },
      ]),
    );
    const { lines, totals, byStatus } = await readReconciliation(db, "2026-10");
    expect(pick(lines)).toEqual([
      ["operations", "0.8", "0.4", "0.4", "price-differs"],
      ["cpu-ms", "0.9", "0.6", "0.3", "under-metered"],
      ["requests", "1.504", "1.5", "0.004", "within-rounding"],
      ["subscription", null, "5", "-5", "no-invoice"],
      ["Images", "2", null, "2", "not-metered"],
    ]);
    expect(totals).toEqual([
      {
        accountId: "cloudflare-main",
        currency: "USD",
        invoicedCost: "5.204",
        meteredCost: "7.5",
        allocatedCost: "7.5",
        unattributedCost: "0",
        difference: "-2.296",
      },
    ]);
    expect(byStatus).toEqual({
      matched: 0,
      "within-rounding": 1,
      "under-metered": 1,
      "over-metered": 0,
      "price-differs": 1,
      "not-metered": 1,
      "no-invoice": 1,
    });
    expect((await pool.query("select * from cost_lines order by charge_id, position")).rows).toEqual(before.rows);
  });

  it("matches, and tells what the invoice has less of", async () => {
    const { db } = await openPricedLedger(OCTOBER);
    await take(db, csvOf([REQUESTS, { ...CPU, quantity: "50000000", cost: "0.40" }]));
    const { lines } = await readReconciliation(db, "2026-10");
    expect(pick(lines).slice(1, 3)).toEqual([
      ["cpu-ms", "0.4", "0.6", "-0.2", "over-metered"],
      ["requests", "1.5", "1.5", "0", "matched"],
    ]);
    expect(lines[2]).toMatchObject({
      invoicedQuantity: "15000000",
      meteredQuantity: "15000000",
      allocatedCost: "1.5",
      unattributedCost: "0",
      accountName: "Cloudflare",
    });
  });

  it("matches our own export of it on every line, fee included", async () => {
    const { db } = await openPricedLedger(OCTOBER);
    const text = (
      await listOf(exportFocus(db, { period: "2026-10", version: "1.4", dataset: "cost-and-usage", format: "csv" }))
    ).join("");
    await take(db, text);
    const { lines, byStatus } = await readReconciliation(db, "2026-10");
    expect(pick(lines)).toEqual([
      ["operations", "0.4", "0.4", "0", "matched"],
      ["cpu-ms", "0.6", "0.6", "0", "matched"],
      ["requests", "1.5", "1.5", "0", "matched"],
      ["subscription", "5", "5", "0", "matched"],
    ]);
    expect(byStatus.matched).toBe(4);
    expect(lines[0]?.invoices).toEqual(["cloudflare-main-2026-10"]);
  });

  it("shows what nobody was given as not attributed", async () => {
    const { db } = await openPricedLedger({
      ...OCTOBER,
      accounts: OCTOBER.accounts.map((account) => ({ ...account, spread: "unallocated" as const })),
    });
    await take(db, csvOf([REQUESTS]));
    const { lines } = await readReconciliation(db, "2026-10");
    const requests = lines.find(({ meter }) => meter === "requests");
    // 15 million at $0.30 a million, less the allowance that is not allocated.
    expect(requests).toMatchObject({
      meteredCost: "1.5",
      allocatedCost: "4.5",
      unattributedCost: "-3",
      difference: "0",
      status: "matched",
    });
  });

  it("counts a row once that comes in a later file again, and takes its newer figures", async () => {
    const { db } = await openPricedLedger(OCTOBER);
    await take(db, csvOf([{ ...REQUESTS, quantity: "9000000", cost: "0" }]));
    await take(db, csvOf([REQUESTS]));
    const { lines } = await readReconciliation(db, "2026-10");
    expect(pick(lines)[2]).toEqual(["requests", "1.5", "1.5", "0", "matched"]);
  });

  it("does not add an invoice to the usage statement of the same meter", async () => {
    const { db } = await openPricedLedger(OCTOBER);
    const daily = JSON.stringify({
      result: [
        {
          BilledCost: 1.5,
          BillingAccountId: "cloudflare-main",
          BillingCurrency: "USD",
          BillingPeriodStart: "2026-10-01T00:00:00Z",
          ChargePeriodStart: "2026-10-01T00:00:00Z",
          ChargePeriodEnd: "2026-10-02T00:00:00Z",
          ChargeCategory: "Usage",
          ConsumedQuantity: 15000000,
          ConsumedUnit: "Requests",
          ServiceName: "Workers requests",
          InvoiceIssuerName: "Cloudflare",
          ServiceProviderName: "Cloudflare",
        },
      ],
    });
    await take(db, daily, { kind: "cloudflare-billable-usage" });
    await take(db, csvOf([{ ...REQUESTS, quantity: null, cost: "1.51", invoice: "IN-1" }]));
    const { lines } = await readReconciliation(db, "2026-10");
    expect(lines[2]).toMatchObject({
      meter: "requests",
      invoices: ["IN-1"],
      invoicedCost: "1.51",
      invoicedQuantity: "15000000",
      difference: "0.01",
      status: "within-rounding",
    });
  });

  it("is empty for a month that knows neither", async () => {
    const { db } = await openPricedLedger({ accounts: [] });
    expect(await readReconciliation(db, "2026-09")).toMatchObject({ lines: [], totals: [] });
  });
});

describe("a switch that no page settles", () => {
  /** 100,000 messages published, 20,000 attempts after the first: $1.20 when each attempt is billed, $1.00 when not. */
  const QSTASH = (switches: Record<string, Record<string, string>> = {}): PricedLedgerInput => ({
    accounts: [{ id: "upstash", name: "Upstash", cards: ["upstash/qstash-payg"], switches }],
    readings: [
      ["messages", "100000"],
      ["retries", "20000"],
    ].map(([meter = "", quantity = ""]) => ({
      accountId: "upstash",
      card: "upstash/qstash-payg",
      meter,
      quantity,
      fromDay: "2026-10-01",
      toDay: "2026-11-01",
      evidence: "metered",
      source: "console",
    })),
    cells: [{ ...day, invocations: 1n, publishedMessages: 1n }],
    periods: ["2026-10"],
  });
  const stats = (requests: number, billing: string) =>
    `{"total_monthly_requests":${requests},"total_monthly_billing":${billing}}`;
  const settled = async (db: Database) => {
    const { lines } = await readReconciliation(db, "2026-10");
    return lines.find(({ meter }) => meter === "messages")?.settles;
  };
  const upstash = { kind: "upstash", card: "upstash/qstash-payg", period: "2026-10", accountId: "upstash" } as const;

  it("is settled by the bill, against the option that the account is priced by", async () => {
    const { db } = await openPricedLedger(QSTASH());
    await take(db, stats(100000, "1.00"), upstash);
    expect(await settled(db)).toEqual([
      {
        switch: "retryBilling",
        option: "free",
        isCurrent: false,
        hint: "settled by reconciliation: retryBilling = free makes the metered cost 1.00, as invoiced; the account is priced by each-attempt; not measured: active-schedules, bandwidth",
      },
    ]);
    const { lines } = await readReconciliation(db, "2026-10");
    expect(lines.find(({ description }) => description === "QStash: all meters")).toMatchObject({
      invoicedCost: "1",
      meteredCost: "1.2",
      difference: "-0.2",
      status: "over-metered",
    });
  });

  it("is settled for the option that the account is priced by", async () => {
    const { db } = await openPricedLedger(QSTASH({ "upstash/qstash-payg": { retryBilling: "free" } }));
    await take(db, stats(100000, "1.00"), upstash);
    expect(await settled(db)).toMatchObject([{ option: "free", isCurrent: true }]);
  });

  it("is settled by quantities where there is no bill", async () => {
    const { db } = await openPricedLedger(QSTASH());
    await take(db, '{"total_monthly_requests":120000}', upstash);
    expect(await settled(db)).toMatchObject([{ option: "each-attempt", isCurrent: true }]);
  });

  it("stays unsettled when the bill is neither", async () => {
    const { db } = await openPricedLedger(QSTASH());
    await take(db, stats(100000, "1.10"), upstash);
    expect(await settled(db)).toEqual([]);
  });
});
