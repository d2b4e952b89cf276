import { describe, expect, it } from "vitest";
import { cardAt } from "#shared/costs/price-book.ts";
import { priceUsage } from "#shared/costs/price-usage.ts";
import { cardOf, meterOf } from "./card.ts";
import { PUBLISHED_EXAMPLES } from "./published-examples.ts";

const price = (card: string, usage: Record<string, string>, date = "2026-10-15", switches = {}) =>
  priceUsage(cardAt(card, date), usage, { switches });

describe("the providers' own examples", () => {
  it.each(PUBLISHED_EXAMPLES)("come to the cent: $id $total", ({ input, total }) => {
    expect(price(input.card, input.usage, input.date).total).toBe(total);
  });
});

describe("a line", () => {
  it("shows what was used, the allowance, what is billed, and the exact and the rounded amount", () => {
    const evidence = { level: "O", source: "cloudflare-docs workers/platform/pricing.mdx @07acbb66" };
    expect(price("cloudflare/workers-paid", { "cpu-ms": "129600000", requests: "720" }).lines).toEqual([
      {
        meter: "requests",
        kind: "usage",
        unit: "Requests",
        used: "720",
        included: "10000000",
        billable: "0",
        unitPrice: "0.0000003",
        amountExact: "0",
        amount: "0.00",
        evidence,
      },
      {
        meter: "cpu-ms",
        kind: "usage",
        unit: "CPU-ms",
        used: "129600000",
        included: "30000000",
        billable: "99600000",
        unitPrice: "0.00000002",
        amountExact: "1.992",
        amount: "1.99",
        evidence,
      },
    ]);
  });

  it("bills nothing up to the allowance, and the first unit beyond", () => {
    const billable = (requests: string) => price("cloudflare/workers-paid", { requests }).lines[0]?.billable;
    expect(["9999999", "10000000", "10000000.5", "10000001"].map(billable)).toEqual(["0", "0", "0.5", "1"]);
  });

  it("rounds what is beyond the allowance up, and nothing else", () => {
    const line = price("cloudflare/durable-objects-paid", { requests: "1000001", "sqlite-rows-written": "50000001" });
    expect(line.lines.map(({ billable, amountExact }) => [billable, amountExact])).toEqual([
      ["1000000", "0.15"],
      ["1", "0.000001"],
    ]);
  });
});

describe("rounding", () => {
  const cents = (unitPrice: string) => meterOf({ name: `at-${unitPrice}`, unitPrice });

  it("is done on each line before the sum: three times 0.005 are 0.03, though 0.015 would be 0.02", () => {
    const card = cardOf(["a", "b", "c"].map((name) => meterOf({ name, unitPrice: "0.005" })));
    expect(priceUsage(card, { a: "1", b: "1", c: "1" }).total).toBe("0.03");
  });

  it("is done once: 0.0049 on three lines are 0.00, though their sum would be 0.01", () => {
    const card = cardOf(["a", "b", "c"].map((name) => meterOf({ name, unitPrice: "0.0049" })));
    expect(priceUsage(card, { a: "1", b: "1", c: "1" }).total).toBe("0.00");
  });

  it("does not round the unit price or the quantity before", () => {
    const card = cardOf([cents("0.0000003")]);
    expect(priceUsage(card, { "at-0.0000003": "16666.666667" }).lines[0]).toMatchObject({
      amountExact: "0.0050000000001",
      amount: "0.01",
    });
    expect(priceUsage(card, { "at-0.0000003": "16666.666666" }).lines[0]).toMatchObject({
      amountExact: "0.0049999999998",
      amount: "0.00",
    });
  });

  it("keeps amounts that a float could not", () => {
    const card = cardOf([cents("0.07")]);
    expect(priceUsage(card, { "at-0.07": "1234567890123456789012.5" }).total).toBe("86419752308641975230.88");
  });
});

describe("a graduated price", () => {
  it("has a line for each step, which add up to what was used", () => {
    const { lines, total } = price("aws/api-gateway", { "rest-requests": "1200000000" });
    expect(
      lines.map(({ tier, used, billable, unitPrice, amount }) => [tier, used, billable, unitPrice, amount]),
    ).toEqual([
      [{ number: 1, from: "0", upTo: "333000000" }, "333000000", "333000000", "0.0000035", "1165.50"],
      [{ number: 2, from: "333000000", upTo: "1000000000" }, "667000000", "667000000", "0.0000028", "1867.60"],
      [{ number: 3, from: "1000000000", upTo: "20000000000" }, "200000000", "200000000", "0.00000238", "476.00"],
    ]);
    expect(total).toBe("3509.10");
  });

  it("stays in a step up to its bound", () => {
    expect(price("aws/api-gateway", { "http-requests": "300000000" }).total).toBe("300.00");
    expect(price("aws/api-gateway", { "http-requests": "400000000" }).total).toBe("390.00");
  });

  it("fills the lowest step with the allowance", () => {
    const card = cardOf([
      meterOf({
        included: "10",
        tiers: [
          { upTo: "100", unitPrice: "2" },
          { upTo: null, unitPrice: "1" },
        ],
      }),
    ]);
    const { lines } = priceUsage(card, { m: "150" });
    expect(lines.map(({ used, included, billable }) => [used, included, billable])).toEqual([
      ["100", "10", "90"],
      ["50", "0", "50"],
    ]);
    expect(priceUsage(card, { m: "5" }).lines).toMatchObject([{ used: "5", included: "10", billable: "0" }]);
    expect(priceUsage(card, { m: "0" }).lines).toMatchObject([{ used: "0", billable: "0", amount: "0.00" }]);
  });
});

describe("plans", () => {
  it("cover the executions that they include", () => {
    const { total, lines } = price("n8n/cloud", { "starter-monthly": "1", executions: "2500" });
    expect(total).toBe("24.00");
    expect(lines[1]).toMatchObject({ meter: "executions", included: "2500", billable: "0", amount: "0.00" });
  });

  it("have no price for more than that", () => {
    expect(() => price("n8n/cloud", { "starter-monthly": "1", executions: "2501" })).toThrow(
      'card "n8n/cloud": 2501 executions were used and the plans given include 2500',
    );
    expect(() => price("n8n/cloud", { executions: "1" })).toThrow("the plans given include 0");
  });

  it("are priced by the month", () => {
    expect(price("raindrop/plans", { small: "1" }).total).toBe("20.00");
    expect(price("upstash/redis-fixed", { "1GB": "1", "1GB-read-region": "2", "prod-pack": "1" }).total).toBe("240.00");
  });
});

describe("switches", () => {
  const retried = { messages: "100000", retries: "50000" };

  it("take their default, and say that it is unsettled", () => {
    const { total, switches } = price("upstash/qstash-payg", retried);
    expect(total).toBe("1.50");
    expect(switches).toEqual([{ name: "retryBilling", option: "each-attempt", status: "unsettled", isDefault: true }]);
  });

  it("are chosen by name", () => {
    const { total, lines, switches } = price("upstash/qstash-payg", retried, "2026-10-15", { retryBilling: "free" });
    expect(total).toBe("1.00");
    expect(lines[1]).toMatchObject({ meter: "retries", used: "50000", billable: "0", amount: "0.00" });
    expect(switches).toEqual([{ name: "retryBilling", option: "free", status: "unsettled", isDefault: false }]);
  });

  it("are refused when the card has not that name or option", () => {
    expect(() => price("upstash/qstash-payg", {}, "2026-10-15", { retries: "free" })).toThrow(
      'card "upstash/qstash-payg" has no switch "retries": it has retryBilling',
    );
    expect(() => price("upstash/qstash-payg", {}, "2026-10-15", { retryBilling: "never" })).toThrow(
      'has no option "never": choose each-attempt or free',
    );
    expect(() => price("neon/launch", {}, "2026-10-15", { retryBilling: "free" })).toThrow("it has none");
  });
});
