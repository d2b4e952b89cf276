import { describe, expect, it } from "vitest";
import { type ReadLines, readLines, type SourceFile } from "#shared/costs/import/read-lines.ts";

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

const read = (text: string, change: Partial<SourceFile> = {}): Promise<ReadLines> =>
  readLines({ bytes: bytesOf(text), kind: "focus", ...change });

const HEADER =
  "Billed Cost,billingaccountid,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ConsumedQuantity,ConsumedUnit,ServiceName,SkuMeter,InvoiceIssuerName,ProviderName,InvoiceId,PricingQuantity,Region,Region";

describe("a FOCUS file with what real files get wrong", () => {
  it("is read as it was meant, and everything overlooked is told", async () => {
    const { lines, rejected, tolerances } = await read(
      `\ufeff${HEADER}\n"1,234.50",acct-1,usd,2026-10-01,2026-10-31T23:59:59Z,2026-10-05 00:00:00,2026-10-06T02:00:00+02:00,Usage,2.5E+6,Requests,Workers,requests,Cloudflare,Cloudflare,NULL,,eu,eu,,\n`,
    );
    expect(rejected).toEqual([]);
    expect(lines).toEqual([
      {
        issuer: "Cloudflare",
        number: null,
        billingAccountId: "acct-1",
        period: "2026-10",
        fromDay: "2026-10-05",
        toDay: "2026-10-06",
        card: "cloudflare/workers-paid",
        meter: "requests",
        description: "Workers",
        category: "Usage",
        chargeClass: null,
        currency: "USD",
        quantity: "2500000",
        quantityText: "2.5E+6",
        unit: "Requests",
        billedCost: "1234.50",
        billedCostText: "1,234.50",
        source: expect.objectContaining({ "Billed Cost": "1,234.50", Region: "eu" }),
      },
    ]);
    expect(tolerances.examples.map(({ kind, row, column, was, readAs }) => [kind, row, column, was, readAs])).toEqual([
      ["byte-order-mark", null, null, "left out", null],
      ["column-name", null, "BilledCost", "Billed Cost", "BilledCost"],
      ["column-name", null, "BillingAccountId", "billingaccountid", "BillingAccountId"],
      ["column-unknown", null, "Region", "Region", null],
      ["column-repeated", null, "Region", "Region", null],
      ["trailing-fields", 1, null, "2 empty fields", null],
      ["thousands-separators", 1, "BilledCost", "1,234.50", "1234.50"],
      ["currency-case", 1, "BillingCurrency", "usd", "USD"],
      ["date-only", 1, "BillingPeriodStart", "2026-10-01", "2026-10-01T00:00:00Z"],
      ["inclusive-end", 1, "BillingPeriodEnd", "2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z"],
      ["date-form", 1, "ChargePeriodStart", "2026-10-05 00:00:00", "2026-10-05T00:00:00Z"],
      ["date-offset", 1, "ChargePeriodEnd", "2026-10-06T02:00:00+02:00", "2026-10-06T00:00:00Z"],
      ["exponent", 1, "ConsumedQuantity", "2.5E+6", "2500000"],
      ["null-word", 1, "InvoiceId", "NULL", null],
    ]);
  });

  it("refuses rows whose cost or days cannot be told, and keeps the others", async () => {
    const row = (cost: string, from: string) =>
      `${cost};a;USD;2026-10-01T00:00:00Z;2026-11-01T00:00:00Z;${from};2026-10-02T00:00:00Z;Usage;;;Queues;;Cloudflare;Cloudflare;;;;`;
    const text = [
      HEADER.replaceAll(",", ";"),
      row("1,5", "2026-10-01"),
      row("1,234", "2026-10-01"),
      row("2", "10/01/2026"),
      row("", "2026-10-01"),
      `${row("3", "2026-10-01")}x;y;z`,
    ].join("\n");
    const { lines, rejected, findings } = await read(text);
    expect(lines.map(({ billedCost, meter }) => [billedCost, meter])).toEqual([["1.5", "operations"]]);
    expect(rejected).toEqual([
      { row: 2, reason: '"1,234" can be read in two ways: write digits and one point' },
      { row: 3, reason: '"10/01/2026" is no date: write it as 2026-10-01T00:00:00Z' },
      { row: 4, reason: "BilledCost has no value" },
      { row: 5, reason: "it has more fields than the header" },
    ]);
    expect(findings).toMatchObject({ version: "1.2", rows: 5 });
    expect(findings?.byRule).toMatchObject({ "BilledCost.not-null": 1, "PublisherName.present": 1 });
  });
});

describe("a FOCUS file without a billing period", () => {
  it("is of the months of its charges, and that is told", async () => {
    const text =
      "BilledCost,ChargePeriodStart,ChargePeriodEnd,InvoiceId\n1,2026-09-30T00:00:00Z,2026-10-01T00:00:00Z,IN-1\n";
    const { lines, tolerances } = await read(text);
    expect(lines.map(({ period, fromDay, toDay }) => [period, fromDay, toDay])).toEqual([
      ["2026-09", "2026-09-30", "2026-10-01"],
    ]);
    expect(tolerances.examples).toEqual([
      { kind: "billing-period", row: 1, column: "BillingPeriodStart", was: "", readAs: "2026-09" },
    ]);
  });
});

describe("Cloudflare's billable usage", () => {
  const record = (change: string) =>
    `{"BilledCost":0.30000000000000000001,"BillingAccountId":"023e","BillingAccountName":null,"BillingCurrency":"USD","BillingPeriodStart":"2026-10-01T00:00:00Z","ChargeCategory":"Usage","ChargeClass":null,"ChargePeriodStart":"2026-10-02T00:00:00Z","ChargePeriodEnd":"2026-10-03T00:00:00Z","ConsumedQuantity":1e6,"InvoiceIssuerName":"Cloudflare, Inc.","ServiceProviderName":"Cloudflare, Inc.",${change}}`;

  it("keeps the source text of its numbers, and tells which two mandatory columns it lacks", async () => {
    const rows = [
      record(
        '"ServiceName":"Workers Standard","ConsumedUnit":"Count","ChargeDescription":"Workers Standard usage measured in Count"',
      ),
      record('"ServiceName":"Workers Standard CPU","ConsumedUnit":"ms","ChargeDescription":"CPU time"'),
      record('"ServiceName":"Images","ConsumedUnit":"","ChargeDescription":"Images stored"'),
    ];
    const { lines, tolerances, findings } = await read(`{"success":true,"result":[${rows}]}`, {
      kind: "cloudflare-billable-usage",
    });
    expect(
      lines.map(({ card, meter, billedCost, billedCostText, quantity, quantityText }) => [
        card,
        meter,
        billedCost,
        billedCostText,
        quantity,
        quantityText,
      ]),
    ).toEqual([
      ["cloudflare/workers-paid", "requests", "0.30000000000000000001", "0.30000000000000000001", "1000000", "1e6"],
      ["cloudflare/workers-paid", "cpu-ms", "0.30000000000000000001", "0.30000000000000000001", "1000000", "1e6"],
      [null, null, "0.30000000000000000001", "0.30000000000000000001", "1000000", "1e6"],
    ]);
    expect(tolerances.counts).toEqual({ "exponent ConsumedQuantity": 3, "null-word ConsumedUnit": 1 });
    expect(Object.keys(findings?.byRule ?? {})).toEqual(
      expect.arrayContaining(["BillingPeriodEnd.present", "ServiceCategory.present"]),
    );
  });
});

describe("Neon's consumption", () => {
  const frame = '"timeframe_start":"2026-10-01T00:00:00Z","timeframe_end":"2026-10-02T00:00:00Z"';
  const answer = (consumption: string) =>
    `{"projects":[{"project_id":"p1","periods":[{"period_plan":"launch","consumption":[${consumption}]}]}]}`;
  const pick = ({ lines }: ReadLines) =>
    lines.map(({ card, meter, quantity, quantityText, fromDay, toDay, billedCost }) => [
      card,
      meter,
      quantity,
      quantityText,
      fromDay,
      toDay,
      billedCost,
    ]);

  it("is quantities in the units of our meters, in either form of its answer", async () => {
    const flat = answer(`{${frame},"compute_unit_seconds":7200,"root_branch_bytes_month":1500000000,"new_metric":3}`);
    const listed = answer(
      `{${frame},"metrics":[{"metric_name":"compute_unit_seconds","value":7200},{"metric_name":"root_branch_bytes_month","value":1500000000},{"metric_name":"new_metric","value":3}]}`,
    );
    const expected = [
      ["neon/launch", "compute", "2", "7200", "2026-10-01", "2026-10-02", null],
      ["neon/launch", "storage", "1.5", "1500000000", "2026-10-01", "2026-10-02", null],
      [null, null, "3", "3", "2026-10-01", "2026-10-02", null],
    ];
    expect(pick(await read(flat, { kind: "neon" }))).toEqual(expected);
    expect(pick(await read(listed, { kind: "neon" }))).toEqual(expected);
  });

  it("tells a reading that is none, and a file that is another", async () => {
    expect((await read(answer(`{${frame},"compute_unit_seconds":"many"}`), { kind: "neon" })).rejected).toEqual([
      { row: 1, reason: "compute_unit_seconds of 2026-10-01T00:00:00Z is no number" },
    ]);
    await expect(read('{"result":[]}', { kind: "neon" })).rejects.toThrow("has a list `projects`");
  });
});

describe("Upstash's statistics", () => {
  it("are a quantity for each meter, and the month's bill beside them", async () => {
    const text =
      '{"total_monthly_requests":1200000,"total_monthly_bandwidth":2500000000,"total_monthly_billing":2.40,"keyspace":[{"x":"d","y":1}]}';
    const { lines } = await read(text, { kind: "upstash", period: "2026-10" });
    expect(
      lines.map(({ card, meter, quantity, billedCost, fromDay, toDay }) => [
        card,
        meter,
        quantity,
        billedCost,
        fromDay,
        toDay,
      ]),
    ).toEqual([
      ["upstash/redis-payg", "commands", "1200000", null, "2026-10-01", "2026-11-01"],
      ["upstash/redis-payg", "bandwidth", "2.5", null, "2026-10-01", "2026-11-01"],
      ["upstash/redis-payg", null, null, "2.40", "2026-10-01", "2026-11-01"],
    ]);
    const qstash = await read(text, { kind: "upstash", period: "2026-10", card: "upstash/qstash-payg" });
    expect(qstash.lines[0]).toMatchObject({ card: "upstash/qstash-payg", meter: "messages" });
  });

  it("need their month said", async () => {
    await expect(read("{}", { kind: "upstash" })).rejects.toThrow("give --period");
  });
});
