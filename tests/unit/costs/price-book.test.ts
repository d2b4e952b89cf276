import { describe, expect, it } from "vitest";
import { cardAt, hashBook, hashCard } from "#shared/costs/price-book.ts";
import { fileOf, readPriceBook } from "#shared/costs/read-price-book.ts";
import { cardOf, meterOf } from "./card.ts";

const dated = (effectiveFrom: string | null, effectiveTo: string | null, unitPrice = "1") =>
  cardOf([meterOf({ unitPrice })], { effectiveFrom, effectiveTo });

const filed = (...cards: ReturnType<typeof dated>[]) => Object.fromEntries(cards.map((card) => [fileOf(card), card]));

describe("cardAt", () => {
  it("changes price and meter on the day that Workers Logs become Observability", () => {
    expect(cardAt("cloudflare/workers-logs", "2026-11-30").meters.map(({ name }) => name)).toEqual(["log-events"]);
    expect(cardAt("cloudflare/observability", "2026-12-01").meters.map(({ name }) => name)).toEqual([
      "ingestion",
      "storage",
    ]);
    expect(() => cardAt("cloudflare/workers-logs", "2026-12-01")).toThrow(
      'card "cloudflare/workers-logs" has no price on 2026-12-01: it holds from 2024-11-01 until before 2026-12-01; after it see cloudflare/observability',
    );
    expect(() => cardAt("cloudflare/observability", "2026-11-30")).toThrow(
      'card "cloudflare/observability" has no price on 2026-11-30: it holds from 2026-12-01',
    );
  });

  it("takes the first day and not the last", () => {
    const book = readPriceBook(
      filed(dated(null, "2026-01-01", "1"), dated("2026-01-01", "2026-07-01", "2"), dated("2026-08-01", null, "3")),
    );
    const at = (date: string) => cardAt("test/card", date, book).meters[0]?.unitPrice;
    expect(["1999-12-31", "2025-12-31", "2026-01-01", "2026-06-30", "2026-08-01"].map(at)).toEqual([
      "1",
      "1",
      "2",
      "2",
      "3",
    ]);
    expect(() => at("2026-07-01")).toThrow('card "test/card" has no price on 2026-07-01');
  });

  it.each(["2026-02-30", "2026-13-01", "15.10.2026", "2026-1-1", "2026-10-15T00:00:00Z", "", "now"])(
    "refuses %j as a date",
    (date) => expect(() => cardAt("neon/launch", date)).toThrow(`"${date}" is no date`),
  );

  it("names the nearest cards for one that is not there", () => {
    expect(() => cardAt("cloudflare/worker-paid", "2026-10-15")).toThrow(
      'there is no card "cloudflare/worker-paid": did you mean cloudflare/workers-paid',
    );
    expect(() => cardAt("lambda", "2026-10-15")).toThrow("did you mean aws/lambda-x86-us-east-1?");
    expect(() => cardAt("?", "2026-10-15")).toThrow("npm run costs -- books lists them");
  });
});

describe("readPriceBook", () => {
  it("refuses two prices of one card on the same day", () => {
    expect(() => readPriceBook(filed(dated("2026-01-01", "2026-07-01"), dated("2026-06-30", null)))).toThrow(
      "test/card@2026-01-01.json and test/card@2026-06-30.json both hold on 2026-06-30",
    );
    expect(() => readPriceBook(filed(dated(null, null), dated("2026-06-30", null)))).toThrow("both hold");
  });

  it("refuses a file whose name is not its card's", () => {
    expect(() => readPriceBook({ "test/card@2020-01-01.json": dated(null, null) })).toThrow(
      "test/card@2020-01-01.json: its content belongs in test/card@open.json",
    );
  });

  it("refuses a successor that is not there", () => {
    const card = { ...dated(null, "2026-01-01"), succeededBy: "test/next" };
    expect(() => readPriceBook(filed(card))).toThrow("its successor test/next is no card");
  });

  const broken: [string, object, string][] = [
    ["a float for a price", { meters: [{ ...meterOf({}), unitPrice: 0.1 }] }, "expected string"],
    ["an exponent", { meters: [meterOf({ unitPrice: "3e-7" })] }, "plain decimal string"],
    ["a negative price", { meters: [meterOf({ unitPrice: "-1" })] }, "plain decimal string"],
    ["no price at all", { meters: [meterOf({})] }, "either unitPrice or tiers"],
    ["a price and tiers", { meters: [meterOf({ unitPrice: "1", tiers: [{ upTo: null, unitPrice: "1" }] })] }, "either"],
    ["rounding to nothing", { meters: [meterOf({ unitPrice: "1", roundUpTo: "0" })] }, "above 0"],
    ["tiers that never end", { meters: [meterOf({ tiers: [{ upTo: "5", unitPrice: "1" }] })] }, "last one alone"],
    ["a meter twice", { meters: [meterOf({ unitPrice: "1" }), meterOf({ unitPrice: "2" })] }, "m is there twice"],
    ["a day that is none", { effectiveFrom: "2026-02-30" }, "effectiveFrom"],
    ["an end before its start", { effectiveFrom: "2026-02-01", effectiveTo: "2026-02-01" }, "must be before"],
    ["a member that nobody reads", { discount: "0.1" }, "discount"],
    ["an evidence level of its own", { evidence: { level: "A", source: "x" } }, "level"],
    [
      "a switch that is not there",
      { meters: [meterOf({ unitPrice: "1", billedWhen: { switch: "s", option: "o" } })] },
      "has no switch s with o",
    ],
    [
      "a plan of what is no covered meter",
      { meters: [meterOf({ unitPrice: "1", includes: { x: "1" } })] },
      "includes x",
    ],
  ];
  it.each(broken)("refuses a card with %s", (_, change, message) => {
    const card = { ...dated(null, null), ...change };
    expect(() => readPriceBook({ "test/card@open.json": card })).toThrow(message);
  });
});

describe("content hashes", () => {
  it("do not depend on the order of members, and change with the content", () => {
    const card = dated(null, null);
    const reordered = Object.fromEntries(Object.entries(card).toReversed()) as typeof card; // safe: the same members
    expect(hashCard(reordered)).toBe(hashCard(card));
    expect(hashCard(dated(null, null, "1.0"))).not.toBe(hashCard(card));
    expect(hashBook([card])).not.toBe(hashBook([dated(null, null, "2")]));
  });

  it("are those of the JSON with its members sorted", async () => {
    const text =
      '{"currency":"USD","effectiveFrom":null,"effectiveTo":null,"evidence":{"level":"R","source":"made for a test"},"id":"test/card","meters":[{"kind":"usage","name":"m","unit":"Units","unitPrice":"1"}],"provider":"Test","service":"Test","serviceCategory":"Other"}';
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    expect(hashCard(dated(null, null))).toBe(Buffer.from(digest).toString("hex"));
  });
});
