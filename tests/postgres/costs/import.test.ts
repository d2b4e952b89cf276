import { describe, expect, it } from "vitest";
import { type Imported, type ImportRequest, importFile } from "#shared/costs/import/import-file.ts";
import { listImports, removeImport } from "#shared/costs/import/list-imports.ts";
import type { Database } from "#shared/database/database.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { openPricedLedger } from "#tests/support/priced-ledger.ts";

const ACCOUNT = { id: "cloudflare-main", name: "Cloudflare", cards: ["cloudflare/workers-paid"] };

const CSV = `BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ConsumedQuantity,ConsumedUnit,ServiceName,SkuMeter,InvoiceIssuerName,ServiceProviderName,InvoiceId
"1,000.10",cloudflare-main,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01,2026-10-02,Usage,5e6,Requests,Workers,requests,Cloudflare,Cloudflare,IN-7
0.40,cloudflare-main,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01,2026-10-02,Usage,,,Stream,,Cloudflare,Cloudflare,IN-7
5,elsewhere,EUR,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01,2026-11-01,Purchase,,,Workers,subscription,Cloudflare,Cloudflare,IN-8
oops,cloudflare-main,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01,2026-10-02,Usage,,,Workers,,Cloudflare,Cloudflare,IN-7
`;

async function take(db: Database, text: string, change: Partial<ImportRequest> = {}): Promise<Imported> {
  const imported = await importFile(db, {
    bytes: new TextEncoder().encode(text),
    kind: "focus",
    actor: "user:fin",
    ...change,
  });
  if (isFailure(imported)) throw new Error(imported.detail ?? imported.failure);
  return imported;
}

describe("importing a provider's file", () => {
  it("keeps its lines by invoice, numbers beside their source text", async () => {
    const { db, pool } = await openPricedLedger({ accounts: [ACCOUNT] });
    const imported = await take(db, CSV, { fileName: "invoice.csv" });
    expect(imported).toMatchObject({ isRepeated: false, rows: 4, lines: 3, rejectedCount: 1, unmatched: 1 });
    expect(imported.rejected).toEqual([{ row: 4, reason: '"oops" is no number' }]);
    expect(imported.invoices).toEqual([
      {
        issuer: "Cloudflare",
        number: "IN-7",
        accountId: "cloudflare-main",
        period: "2026-10",
        currency: "USD",
        lines: 2,
        billedCost: "1000.5",
      },
      {
        issuer: "Cloudflare",
        number: "IN-8",
        accountId: null,
        period: "2026-10",
        currency: "EUR",
        lines: 1,
        billedCost: "5",
      },
    ]);
    const { rows } = await pool.query(
      "select position, account_id, card, meter, quantity, quantity_text, billed_cost, billed_cost_text, source ->> 'ServiceName' as service from invoice_lines order by position",
    );
    expect(rows.map(Object.values)).toEqual([
      [0, "cloudflare-main", "cloudflare/workers-paid", "requests", "5000000", "5e6", "1000.10", "1,000.10", "Workers"],
      [1, "cloudflare-main", null, null, null, null, "0.40", "0.40", "Stream"],
      [2, null, "cloudflare/workers-paid", "subscription", null, null, "5", "5", "Workers"],
    ]);
  });

  it("once: the same bytes are found again, also by two at once", async () => {
    const { db, pool } = await openPricedLedger({ accounts: [ACCOUNT] });
    const both = await Promise.all([take(db, CSV), take(db, CSV)]);
    const again = await take(db, CSV);
    expect(new Set([...both, again].map(({ id }) => id)).size).toBe(1);
    expect(both.filter(({ isRepeated }) => isRepeated)).toHaveLength(1);
    const { isRepeated: _, ...first } = both.find(({ isRepeated }) => !isRepeated) ?? again;
    expect(again).toEqual({ ...first, isRepeated: true });
    const { rows } = await pool.query("select count(*)::int as count from invoice_lines");
    expect(rows).toEqual([{ count: 3 }]);
  });

  it("for the account that is named, whatever its rows say", async () => {
    const { db } = await openPricedLedger({ accounts: [ACCOUNT] });
    const imported = await take(db, CSV, { accountId: "cloudflare-main" });
    expect(imported.invoices.map(({ accountId }) => accountId)).toEqual(["cloudflare-main", "cloudflare-main"]);
  });

  it("is listed by month, and can be taken back", async () => {
    const { db, pool } = await openPricedLedger({ accounts: [ACCOUNT] });
    const { id } = await take(db, CSV, { fileName: "invoice.csv" });
    expect(await listImports(db, "2026-10")).toMatchObject([
      { id, kind: "focus", fileName: "invoice.csv", importedBy: "user:fin", report: { lines: 3 } },
    ]);
    expect(await listImports(db, "2026-09")).toEqual([]);
    expect([await removeImport(db, id), await removeImport(db, id)]).toEqual([true, false]);
    expect([await listImports(db), (await pool.query("select from invoice_lines")).rowCount]).toEqual([[], 0]);
    expect(await take(db, CSV)).toMatchObject({ isRepeated: false });
  });

  it("takes a large file", async () => {
    const { db, pool } = await openPricedLedger({ accounts: [ACCOUNT] });
    const [header, row] = CSV.split("\n");
    const text = `${header}\n${Array.from({ length: 5000 }, () => row).join("\n")}`;
    expect(await take(db, text)).toMatchObject({ lines: 5000 });
    const { rows } = await pool.query("select count(*)::int as count, sum(billed_cost) as cost from invoice_lines");
    expect(rows).toEqual([{ count: 5000, cost: "5000500.00" }]);
  });

  it.each([
    [{ accountId: "nobody" }, CSV, "not_found"],
    [{}, "", "invalid_request"],
    [{ kind: "neon" }, CSV, "invalid_request"],
    [{ kind: "upstash" }, "{}", "invalid_request"],
  ] as const)("fails with %j", async (change, text, failure) => {
    const { db, pool } = await openPricedLedger({ accounts: [ACCOUNT] });
    const bytes = new TextEncoder().encode(text);
    expect(await importFile(db, { bytes, kind: "focus", actor: "user:fin", ...change })).toMatchObject({ failure });
    expect((await pool.query("select from cost_imports")).rowCount).toBe(0);
  });
});
