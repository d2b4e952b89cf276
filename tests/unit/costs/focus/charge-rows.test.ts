import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "#shared/costs/focus/columns-of.ts";
import type { ChargeWithLines } from "#shared/costs/focus-export/charge.ts";
import { chargeRows } from "#shared/costs/focus-export/charge-rows.ts";
import { OWN_COLUMNS, WRITTEN_COLUMNS, type WrittenRow } from "#shared/costs/focus-export/focus-columns.ts";
import { splitQuantity } from "#shared/costs/focus-export/split-quantity.ts";
import { parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { charged, FEE, REQUESTS } from "./charges.ts";
import { findingsOf } from "./focus-rows.ts";

const HEADER = [...WRITTEN_COLUMNS.filter((id) => columnsOf("cost-and-usage", "1.4").has(id)), ...OWN_COLUMNS];

const rowsOf = (...sources: ChargeWithLines[]): WrittenRow[] => sources.flatMap((source) => [...chargeRows(source)]);

const written = (rows: readonly WrittenRow[]) =>
  rows.map((row) => Object.fromEntries(HEADER.map((id) => [id, row[id as keyof WrittenRow]])));

const check = (rows: readonly WrittenRow[]) => findingsOf(written(rows), { header: HEADER });

const pick = (rows: readonly WrittenRow[], ...columns: (keyof WrittenRow)[]) =>
  rows.map((row) => columns.map((column) => row[column]));

const sum = (rows: readonly WrittenRow[], column: keyof WrittenRow): string =>
  toDecimalString(rows.reduce((total, row) => total.plus(parseDecimal(row[column] ?? "0")), ZERO));

describe("a usage charge as rows of FOCUS", () => {
  const shared = charged(REQUESTS, [
    { tenantId: "acme", quantity: "9000000", effectiveCost: "0.9", listCost: "2.7" },
    {
      tenantId: "beta",
      tenantName: "Beta",
      quantity: "6000000",
      effectiveCost: "0.6",
      listCost: "1.8",
      workflowId: "planning",
    },
  ]);

  it("has the allowance and the overage of each line apart, at a price each", () => {
    const rows = rowsOf(shared);
    expect(
      pick(
        rows,
        "SubAccountId",
        "SkuPriceId",
        "PricingQuantity",
        "ListUnitPrice",
        "ListCost",
        "BilledCost",
        "EffectiveCost",
      ),
    ).toEqual([
      ["acme", "cloudflare/workers-paid/requests/included", "6000000", "0", "0", "0", "0"],
      ["acme", "cloudflare/workers-paid/requests/overage", "3000000", "0.0000003", "0.9", "0.9", "0.9"],
      ["beta", "cloudflare/workers-paid/requests/included", "4000000", "0", "0", "0", "0"],
      ["beta", "cloudflare/workers-paid/requests/overage", "2000000", "0.0000003", "0.6", "0.6", "0.6"],
    ]);
    expect(check(rows)).toEqual([]);
  });

  it("says whose it is, of which day, and by which price", () => {
    expect(rowsOf(shared)[3]).toMatchObject({
      BillingPeriodStart: "2026-10-01T00:00:00Z",
      BillingPeriodEnd: "2026-11-01T00:00:00Z",
      ChargePeriodStart: "2026-10-15T00:00:00Z",
      ChargePeriodEnd: "2026-10-16T00:00:00Z",
      InvoiceId: "cloudflare-main-2026-10",
      InvoiceDetailId: REQUESTS.id,
      ResourceId: "api",
      SubAccountName: "Beta",
      Tags: '{"function":"api","tenant":"beta","workflow":"planning"}',
      ServiceSubcategory: "Serverless Compute",
      x_CardHash: "ab".repeat(32),
      x_Evidence: "metered",
      x_FunctionName: "api",
      x_MarginalCostInUsd: "1.8",
      x_PriceDate: "2024-03-01T00:00:00Z",
      x_SpreadMethod: "pro_rata",
      x_WorkflowId: "planning",
    });
  });

  it("gives the allowance to the first days by the method first come", () => {
    const rows = rowsOf(
      charged({ ...REQUESTS, spread: "first_come" }, [
        { day: "2026-10-02", quantity: "6000000", effectiveCost: "0.75" },
        { day: "2026-10-01", quantity: "8000000", effectiveCost: "0" },
        { day: "2026-10-02", tenantId: "beta", quantity: "1000000", effectiveCost: "0.75" },
      ]),
    );
    expect(
      pick(rows, "SubAccountId", "ChargePeriodStart", "SkuPriceId", "PricingQuantity").map(
        ([who, day, sku, quantity]) => [who, day?.slice(8, 10), sku?.split("/").at(-1), quantity],
      ),
    ).toEqual([
      ["acme", "02", "included", "1714286"],
      ["acme", "02", "overage", "4285714"],
      ["acme", "01", "included", "8000000"],
      ["beta", "02", "included", "285714"],
      ["beta", "02", "overage", "714286"],
    ]);
    expect(check(rows)).toEqual([]);
  });

  it("keeps an allowance that is not allocated as a credit of its own", () => {
    const rows = rowsOf(
      charged({ ...REQUESTS, spread: "unallocated" }, [
        { quantity: "15000000", effectiveCost: "4.5" },
        {
          function: null,
          tenantId: null,
          isAllocated: false,
          quantity: null,
          listCost: null,
          effectiveCost: "-3",
          evidence: "flat",
        },
      ]),
    );
    expect(pick(rows, "ChargeCategory", "PricingQuantity", "BilledCost", "ResourceId")).toEqual([
      ["Usage", "15000000", "4.5", "api"],
      ["Credit", null, "-3", null],
    ]);
    expect([sum(rows, "BilledCost"), check(rows)]).toEqual(["1.5", []]);
  });

  it("bills what was rounded up as a row of its own", () => {
    const r2 = {
      ...REQUESTS,
      card: "cloudflare/r2-standard",
      meter: "class-a",
      used: "1200000.5",
      included: "1000000",
      billable: "1000000",
      unitPrice: "0.0000045",
      amount: "4.50",
    };
    const rows = rowsOf(charged(r2, [{ quantity: "1200000.5", effectiveCost: "4.5" }], { roundUpTo: "1000000" }));
    expect(pick(rows, "ConsumedQuantity", "PricingQuantity", "ListCost", "BilledCost")).toEqual([
      ["1000000", "1000000", "0", "0"],
      ["200000.5", "200000.5", "0.90000225", "4.5"],
      ["0", "799999.5", "3.59999775", "0"],
    ]);
    expect([sum(rows, "ListCost"), check(rows)]).toEqual(["4.5", []]);
  });

  it("leaves out what was not measured, and does not write 0 for it", () => {
    const rows = rowsOf(
      charged({ ...REQUESTS, billable: "0", amount: "0.00" }, [
        { quantity: null, effectiveCost: null, evidence: "unknown" },
        { quantity: "5", effectiveCost: "0" },
      ]),
    );
    expect(pick(rows, "PricingQuantity", "x_Evidence")).toEqual([["5", "metered"]]);
    expect(rowsOf(charged({ ...REQUESTS, amount: null }, [{}]))).toEqual([]);
  });

  it("names the method and the target of a cost that is shared", () => {
    const rows = rowsOf(
      charged({ ...REQUESTS, included: "0", billable: "15000000", amount: "4.50" }, [
        { quantity: "15000000", effectiveCost: "4.5", evidence: "allocated" },
      ]),
    );
    expect(pick(rows, "AllocatedMethodId", "AllocatedResourceId", "ResourceId", "BilledCost")).toEqual([
      ["rainwire/pro-rata", "api", null, "4.5"],
    ]);
    expect(check(rows)).toEqual([]);
  });

  it("refuses lines that do not sum to the charge", () => {
    expect(() => rowsOf(charged(REQUESTS, [{ quantity: "15000000", effectiveCost: "1.4" }]))).toThrow("do not sum");
  });
});

describe("a fee as rows of FOCUS", () => {
  it("is a purchase that is billed, recognised on rows of usage", () => {
    const rows = rowsOf(
      charged(FEE, [
        { quantity: null, listCost: "0", effectiveCost: "3.333333333333334", evidence: "flat" },
        { tenantId: "beta", quantity: null, listCost: "0", effectiveCost: "1.666666666666666", evidence: "flat" },
      ]),
    );
    expect(pick(rows, "ChargeCategory", "SkuPriceId", "BilledCost", "EffectiveCost", "PricingQuantity")).toEqual([
      ["Purchase", "cloudflare/workers-paid/subscription/fee", "5", "0", "1"],
      ["Usage", "cloudflare/workers-paid/subscription/recognised", "0", "3.333333333333334", "0.666666666666667"],
      ["Usage", "cloudflare/workers-paid/subscription/recognised", "0", "1.666666666666666", "0.333333333333333"],
    ]);
    expect([sum(rows, "BilledCost"), sum(rows, "EffectiveCost"), check(rows)]).toEqual(["5", "5", []]);
  });

  it("keeps its cost where nothing was there to recognise it", () => {
    const rows = rowsOf(
      charged(FEE, [{ function: null, tenantId: null, isAllocated: false, quantity: null, effectiveCost: "5" }]),
    );
    expect(pick(rows, "ChargeCategory", "BilledCost", "EffectiveCost")).toEqual([["Purchase", "5", "5"]]);
    expect(check(rows)).toEqual([]);
  });

  it("in another currency is billed in that currency", () => {
    const plan = {
      ...FEE,
      card: "n8n/cloud",
      kind: "plan",
      currency: "EUR",
      exchangeRate: "1.1",
      exchangeDate: "2026-10-30",
      amount: "50.00",
      unitPrice: "50",
    };
    const rows = rowsOf(
      charged(
        plan,
        [1, 2, 3].map((n) => ({
          tenantId: `t${n}`,
          quantity: null,
          effectiveCost: n === 3 ? "18.333333333333334" : "18.333333333333333",
        })),
        { serviceCategory: "Integration" },
      ),
    );
    expect(pick(rows, "BillingCurrency", "BilledCost", "EffectiveCost")).toEqual([
      ["EUR", "50", "0"],
      ["EUR", "0", "16.666666666666666"],
      ["EUR", "0", "16.666666666666666"],
      ["EUR", "0", "16.666666666666668"],
    ]);
    expect(check(rows)).toEqual([]);
  });
});

describe("a correction of a closed month", () => {
  const correction = {
    ...REQUESTS,
    id: "00000000-0000-4000-8000-000000000009",
    correctionOf: REQUESTS.id,
    correctionReason: "late usage",
  };

  it("is billed in the month in which it was made, and charged in the one that it corrects", () => {
    const late = { ...correction, amount: "0.30", createdAt: new Date("2026-12-24T00:00:00Z") };
    const rows = rowsOf(charged(late, [{ quantity: "1000000", effectiveCost: "0.3" }]));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      BillingPeriodStart: "2026-12-01T00:00:00Z",
      ChargePeriodStart: "2026-10-15T00:00:00Z",
      ChargeClass: "Correction",
      BilledCost: "0.3",
      SkuPriceId: null,
      InvoiceId: "cloudflare-main-2026-12",
      x_CorrectionOfId: REQUESTS.id,
      x_CorrectionReason: "late usage",
    });
    expect(check(rows)).toEqual([]);
  });

  it("is billed in the next month at the earliest", () => {
    const early = { ...correction, amount: "-0.30", createdAt: new Date("2026-10-31T00:00:00Z") };
    const rows = rowsOf(charged(early, [{ quantity: "1000000", effectiveCost: "-0.3" }]));
    expect(pick(rows, "BillingPeriodStart", "BilledCost")).toEqual([["2026-11-01T00:00:00Z", "-0.3"]]);
  });
});

describe("any usage charge", () => {
  const quantity = fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String),
    fc
      .integer({ min: 0, max: 99_999 })
      .map((n) => toDecimalString(parseDecimal(`${Math.floor(n / 100)}.${String(n % 100).padStart(2, "0")}`))),
  );
  const lines = fc.array(fc.record({ quantity, day: fc.constantFrom("2026-10-01", "2026-10-02", "2026-10-03") }), {
    minLength: 1,
    maxLength: 12,
  });

  it("gives each line what it used, and all of them what is billed", () => {
    fc.assert(
      fc.property(
        lines,
        fc.constantFrom("pro_rata", "first_come", "unallocated"),
        fc.bigInt({ min: 0n, max: 2n * 10n ** 12n }),
        (given, spread, free) => {
          const total = given.reduce((all, one) => all.plus(parseDecimal(one.quantity)), ZERO);
          const allowance = parseDecimal(free.toString());
          const billable = total.gt(allowance) && spread !== "unallocated" ? total.minus(allowance) : ZERO;
          const charge = {
            ...REQUESTS,
            spread,
            included: free.toString(),
            used: toDecimalString(total),
            billable: toDecimalString(billable),
          };
          const { shares, rounding } = splitQuantity(charged(charge, given));
          const parts = shares.map((share) => ({
            included: parseDecimal(share?.included ?? ""),
            overage: parseDecimal(share?.overage ?? ""),
          }));
          parts.forEach((part, index) => {
            expect(part.included.gte(ZERO) && part.overage.gte(ZERO)).toBe(true);
            expect(toDecimalString(part.included.plus(part.overage))).toBe(
              toDecimalString(parseDecimal(given[index]?.quantity ?? "")),
            );
          });
          const over = parts.reduce((all, part) => all.plus(part.overage), ZERO);
          if (spread !== "unallocated")
            expect(toDecimalString(over.plus(parseDecimal(rounding)))).toBe(toDecimalString(billable));
        },
      ),
    );
  });
});
