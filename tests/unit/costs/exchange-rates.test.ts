import { describe, expect, it } from "vitest";
import { convertToUsd, type ExchangeRate, exchangeRateAt } from "#shared/costs/exchange-rates.ts";
import { priceUsage } from "#shared/costs/price-usage.ts";
import { cardOf, meterOf } from "./card.ts";

const rate = (usd: string, effectiveFrom: string | null, effectiveTo: string | null): ExchangeRate => ({
  currency: "CHF",
  usd,
  effectiveFrom,
  effectiveTo,
  evidence: { level: "S", source: "made for a test" },
});

describe("exchangeRateAt", () => {
  const rates = [rate("1.1", null, "2026-06-01"), rate("1.2", "2026-06-01", "2026-07-01")];

  it("takes the rate of the day, the first included and the last not", () => {
    const at = (date: string) => exchangeRateAt("CHF", date, rates).usd;
    expect(["2026-05-31", "2026-06-01", "2026-06-30"].map(at)).toEqual(["1.1", "1.2", "1.2"]);
    expect(() => at("2026-07-01")).toThrow("there is no exchange rate of CHF on 2026-07-01");
  });

  it("puts one given by hand before the repository's", () => {
    const byHand = { ...rate("2", null, null), currency: "EUR" };
    expect(exchangeRateAt("EUR", "2026-10-15", [byHand]).usd).toBe("2");
    expect(exchangeRateAt("EUR", "2026-10-15").evidence.level).toBe("R");
    expect(() => exchangeRateAt("EUR", "2025-12-31")).toThrow("EUR on 2025-12-31");
  });
});

describe("convertToUsd", () => {
  it("converts exact amounts, not rounded ones, and rounds each line once", () => {
    const card = cardOf([meterOf({ name: "a", unitPrice: "0.004" }), meterOf({ name: "b", unitPrice: "0.004" })]);
    const priced = priceUsage(card, { a: "1", b: "1" });
    expect(priced.total).toBe("0.00");
    expect(convertToUsd(priced, rate("1.25", null, null))).toMatchObject({
      lines: [
        { meter: "a", amountExact: "0.005", amount: "0.01" },
        { meter: "b", amountExact: "0.005", amount: "0.01" },
      ],
      total: "0.02",
    });
  });
});
