import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "#shared/costs/focus/columns-of.ts";
import type { FocusRow } from "#shared/costs/focus/finding.ts";
import { parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import { CORRECTION, CREDIT, findingsOf, INVOICE_LINE, PURCHASE, TAX, USAGE } from "./focus-rows.ts";

describe("the columns of FOCUS", () => {
  it.each([
    ["1.2", 57, 21],
    ["1.3", 65, 21],
    ["1.4", 65, 21],
  ] as const)("of %s are %i, %i of them mandatory", (version, count, mandatory) => {
    const columns = [...columnsOf("cost-and-usage", version).values()];
    expect([columns.length, columns.filter(({ level }) => level === "mandatory").length]).toEqual([count, mandatory]);
  });

  it("name the provider once in 1.2, and by its parts in 1.4", () => {
    const named = (version: "1.2" | "1.4") =>
      [...columnsOf("cost-and-usage", version).keys()].filter((id) => /(Provider|Publisher|Issuer)Name$/.test(id));
    expect(named("1.2")).toEqual(["InvoiceIssuerName", "ProviderName", "PublisherName"]);
    expect(named("1.4")).toEqual(["HostProviderName", "InvoiceIssuerName", "ServiceProviderName"]);
  });

  it("of Invoice Detail are there from 1.4 on", () => {
    expect([columnsOf("invoice-detail", "1.3").size, columnsOf("invoice-detail", "1.4").size]).toEqual([0, 22]);
  });
});

describe("right rows", () => {
  it.each([
    ["a usage", [USAGE]],
    ["a purchase beside what it covers", [{ ...USAGE, EffectiveCost: "5.6" }, PURCHASE]],
    ["a purchase that nothing recognises", [{ ...PURCHASE, EffectiveCost: "5" }]],
    ["a tax", [TAX]],
    ["a credit", [CREDIT]],
    ["a correction", [CORRECTION]],
  ])("pass: %s", (_, rows) => expect(findingsOf(rows)).toEqual([]));

  it("pass: a line of an invoice", () => expect(findingsOf([INVOICE_LINE], { dataset: "invoice-detail" })).toEqual([]));
});

describe("a cell", () => {
  it.each([
    ["BilledCost", null, "not-null"],
    ["BilledCost", "", "not-empty"],
    ["BilledCost", "1,234.56", "decimal"],
    ["BilledCost", "6e-1", "decimal"],
    ["BilledCost", "0,6", "decimal"],
    ["BilledCost", "+0.6", "decimal"],
    ["BilledCost", "$0.60", "decimal"],
    ["BilledCost", ".6", "decimal"],
    ["BilledCost", "0.6 ", "decimal"],
    ["BilledCost", "NaN", "no-placeholder"],
    ["BillingAccountId", "NULL", "no-placeholder"],
    ["ServiceName", "N/A", "no-placeholder"],
    ["ChargeClass", "", "not-empty"],
    ["ChargeClass", "None", "no-placeholder"],
    ["ChargeClass", "correction", "allowed-value"],
    ["ChargeCategory", "usage", "allowed-value"],
    ["ServiceCategory", "Serverless", "allowed-value"],
    ["BillingCurrency", "usd", "currency"],
    ["BillingCurrency", "XXL", "currency"],
    ["BillingPeriodStart", "2026-10-01", "date-time"],
    ["BillingPeriodStart", "2026-10-01T00:00:00+00:00", "date-time"],
    ["BillingPeriodStart", "2026-10-01T00:00:00.000Z", "date-time"],
    ["BillingPeriodStart", "2026-02-30T00:00:00Z", "date-time"],
    ["BillingPeriodStart", "2026-10-01T24:00:00Z", "date-time"],
    ["ListUnitPrice", "-0.0000003", "not-negative"],
    ["Tags", "team=a", "json-object"],
    ["Tags", '["team"]', "json-object"],
  ])("%s %j breaks %s", (column, value, rule) => {
    expect(findingsOf([{ ...USAGE, [column]: value }])).toEqual([`1 ${column}.${rule}`]);
  });

  it("of a column of the provider's own is only warned of", () => {
    expect(findingsOf([{ ...USAGE, x_Evidence: "" }])).toEqual(["1 x_Evidence.not-empty?"]);
  });
});

describe("the header", () => {
  const header = Object.keys(USAGE);
  it.each([
    ["lacks a mandatory column", header.filter((id) => id !== "BilledCost"), ["- BilledCost.present"]],
    ["spells one otherwise", ["billedcost", ...header.slice(1)], ["- BilledCost.present", "- billedcost.case"]],
    ["has a column of nobody", ["ZoneId", ...header], ["- ZoneId.known"]],
    ["has a column of an older release", ["PublisherName", ...header], ["- PublisherName.known"]],
    ["has one twice", [...header, "Tags"], ["- Tags.once"]],
    ["has a quantity without its unit", header.filter((id) => id !== "ConsumedUnit"), ["- ConsumedUnit.companion"]],
    ["has an own column in front", ["x_Card", ...header], ["- x_Card.last?"]],
    ["has an own column in another case", [...header, "x_card_hash"], ["- x_card_hash.pascal-case?"]],
  ])("that %s is told", (_, columns, expected) => {
    const row = Object.fromEntries(columns.map((id) => [id, USAGE[id] ?? (id in USAGE ? null : "v")]));
    expect(findingsOf([row], { header: columns })).toEqual(expected);
  });

  it("of 1.2 needs the old names of the provider", () => {
    expect(findingsOf([USAGE], { version: "1.2" })).toEqual([
      "- ProviderName.present",
      "- PublisherName.present",
      "- HostProviderName.known",
      "- ServiceProviderName.known",
    ]);
  });
});

describe("a row", () => {
  const broken: [string, FocusRow, string[]][] = [
    ["list cost off by the last digit", { ...USAGE, ListCost: "0.6000000000000000000001" }, ["ListCost.product"]],
    ["contracted cost that is no product", { ...USAGE, ContractedCost: "0.5" }, ["ContractedCost.product"]],
    [
      "usage without a price",
      { ...USAGE, SkuPriceId: null },
      [
        "SkuPriceId.priced",
        "PricingQuantity.without-price",
        "PricingUnit.without-price",
        "ListUnitPrice.without-price",
        "ContractedUnitPrice.without-price",
        "PricingCategory.without-price",
        "ConsumedQuantity.without-price",
      ],
    ],
    ["quantity without a unit", { ...USAGE, PricingUnit: null }, ["PricingUnit.priced", "PricingUnit.with-quantity"]],
    ["usage of nothing", { ...USAGE, ConsumedQuantity: null, ConsumedUnit: null }, ["ConsumedQuantity.of-usage"]],
    [
      "tax with a unit price",
      { ...TAX, ListUnitPrice: "1" },
      ["ListUnitPrice.not-of-tax", "ListUnitPrice.without-price"],
    ],
    [
      "purchase that consumes",
      { ...PURCHASE, EffectiveCost: "5", ConsumedQuantity: "1", ConsumedUnit: "Months" },
      ["ConsumedQuantity.of-usage"],
    ],
    ["purchase half recognised", { ...PURCHASE, EffectiveCost: "2" }, ["EffectiveCost.purchase"]],
    [
      "purchase by usage",
      { ...PURCHASE, EffectiveCost: "5", ChargeFrequency: "Usage-Based" },
      ["ChargeFrequency.purchase"],
    ],
    [
      "credit at another cost",
      { ...CREDIT, ListCost: "-2", ContractedCost: "-3" },
      ["ContractedCost.credit", "ListCost.credit"],
    ],
    ["subcategory of another category", { ...USAGE, ServiceSubcategory: "Caching" }, ["ServiceSubcategory.parent"]],
    [
      "charge period that ends before it starts",
      { ...USAGE, ChargePeriodEnd: "2026-10-15T00:00:00Z" },
      ["ChargePeriodEnd.after-start"],
    ],
    ["last second as an end", { ...USAGE, ChargePeriodEnd: "2026-10-15T23:59:59Z" }, ["ChargePeriodEnd.exclusive"]],
    [
      "usage before its billing period",
      { ...USAGE, ChargePeriodStart: "2026-09-30T00:00:00Z" },
      ["ChargePeriodStart.within-billing-period"],
    ],
    [
      "usage past its billing period",
      { ...USAGE, ChargePeriodEnd: "2026-11-01T01:00:00Z" },
      ["ChargePeriodStart.within-billing-period"],
    ],
    [
      "correction of its own period",
      { ...CORRECTION, ChargePeriodStart: "2026-11-15T00:00:00Z", ChargePeriodEnd: "2026-11-16T00:00:00Z" },
      ["ChargeClass.closed-period"],
    ],
    [
      "target of a split without its method",
      { ...USAGE, AllocatedMethodId: null, AllocatedResourceId: "api" },
      ["AllocatedResourceId.with-method"],
    ],
    ["line of no invoice", { ...USAGE, InvoiceId: null, InvoiceDetailId: "1" }, ["InvoiceId.of-detail"]],
  ];
  it.each(broken)("with a %s is told", (_, row, rules) => {
    expect(findingsOf([row])).toEqual(rules.map((rule) => `1 ${rule}`));
  });

  it("whose factors are any decimals passes when the cost is their product, and only then", () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 15 }))
      .map(([digits, places]) =>
        toDecimalString(
          parseDecimal(digits.toString()).times(parseDecimal(places === 0 ? "1" : `0.${"0".repeat(places - 1)}1`)),
        ),
      );
    fc.assert(
      fc.property(decimal, decimal, (price, quantity) => {
        const cost = parseDecimal(price).times(parseDecimal(quantity));
        const row = {
          ...USAGE,
          ListUnitPrice: price,
          PricingQuantity: quantity,
          ContractedUnitPrice: "0",
          ContractedCost: "0",
        };
        expect(findingsOf([{ ...row, ListCost: toDecimalString(cost) }])).toEqual([]);
        const off = toDecimalString(cost.plus(parseDecimal("0.000000000000000000000000000000000001")));
        expect(findingsOf([{ ...row, ListCost: off }])).toEqual(["1 ListCost.product"]);
      }),
    );
  });

  it("of an invoice that is issued has a date, and its grain names known properties", () => {
    const rows = [
      { ...INVOICE_LINE, InvoiceIssueDate: null },
      { ...INVOICE_LINE, InvoiceDetailGrain: '{"Meter":"requests"}' },
      { ...INVOICE_LINE, InvoiceDetailLastUpdated: "2026-11-01T00:00:00Z" },
    ];
    expect(findingsOf(rows, { dataset: "invoice-detail" })).toEqual([
      "1 InvoiceIssueDate.issued",
      "2 InvoiceDetailGrain.properties",
      "3 InvoiceDetailLastUpdated.after-created",
    ]);
  });
});

describe("a file", () => {
  const allowance = {
    ...USAGE,
    ListUnitPrice: "0",
    ListCost: "0",
    ContractedUnitPrice: "0",
    ContractedCost: "0",
    BilledCost: "0",
    EffectiveCost: "0",
  };

  it("gives the allowance and the overage a SKU price each", () => {
    expect(findingsOf([USAGE, allowance])).toEqual(["2 SkuPriceId.one-price"]);
    expect(findingsOf([USAGE, { ...allowance, SkuPriceId: "workers/requests/included" }])).toEqual([]);
  });

  it("gives a SKU price one SKU", () => {
    expect(findingsOf([USAGE, { ...USAGE, SkuId: "workers/other" }])).toEqual(["2 SkuPriceId.one-sku"]);
  });

  it("may change a price between two charge periods", () => {
    const dearer = {
      ...USAGE,
      ListUnitPrice: "0.0000006",
      ListCost: "1.2",
      ChargePeriodStart: "2026-10-16T00:00:00Z",
      ChargePeriodEnd: "2026-10-17T00:00:00Z",
    };
    expect(findingsOf([USAGE, dearer])).toEqual([]);
  });

  it("does not bill a charge by the whole and by its parts", () => {
    const whole = { ...USAGE, AllocatedMethodId: null, AllocatedResourceId: null };
    const part = (id: string, billed: string) => ({
      ...USAGE,
      AllocatedMethodId: "pro-rata",
      AllocatedResourceId: id,
      BilledCost: billed,
      EffectiveCost: billed,
    });
    expect(findingsOf([whole, part("a", "0.2"), part("b", "0.4")])).toEqual(["1 BilledCost.allocated-once"]);
    expect(findingsOf([part("a", "0.2"), part("b", "0.4")])).toEqual([]);
    expect(findingsOf([whole, part("a", "0"), part("b", "0")])).toEqual([]);
  });

  it("recognises a covering purchase in full on what it covers", () => {
    expect(findingsOf([USAGE, PURCHASE])).toEqual(["- EffectiveCost.recognised?"]);
  });
});
