import { z } from "zod";
import { DECIMAL, parseDecimal, roundToCents, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { RATES } from "./exchange-rates.data.ts";
import { Evidence, IsoDate } from "./price-card.ts";
import { PriceError } from "./price-error.ts";
import type { PricedUsage } from "./price-usage.ts";

/** How many US dollars one unit of a currency is worth, for a span of days (end exclusive). */
export const ExchangeRate = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  usd: z.string().regex(DECIMAL),
  effectiveFrom: IsoDate.nullable(),
  effectiveTo: IsoDate.nullable(),
  evidence: Evidence,
});
export type ExchangeRate = z.infer<typeof ExchangeRate>;

/** The rates of this repository. */
export const EXCHANGE_RATES: readonly ExchangeRate[] = z.array(ExchangeRate).parse(RATES);

/** The rate of a day; one given by hand goes before. Throws a {@link PriceError} that names currency and date. */
export function exchangeRateAt(currency: string, date: string, byHand: readonly ExchangeRate[] = []): ExchangeRate {
  const found = [...byHand, ...EXCHANGE_RATES].find(
    (rate) =>
      rate.currency === currency &&
      (rate.effectiveFrom === null || rate.effectiveFrom <= date) &&
      (rate.effectiveTo === null || date < rate.effectiveTo),
  );
  if (found === undefined) {
    throw new PriceError(`there is no exchange rate of ${currency} on ${date}: give one, as --rate ${currency}=1.16`);
  }
  return found;
}

/** What was priced in another currency, in US dollars. */
export interface ConvertedUsage {
  currency: "USD";
  rate: string;
  evidence: Evidence;
  lines: { meter: string; amountExact: string; amount: string }[];
  total: string;
}

/** Each line's exact amount at the rate, rounded half-up to the cent once; the total is the sum of those. */
export function convertToUsd({ lines }: PricedUsage, rate: ExchangeRate): ConvertedUsage {
  const usd = parseDecimal(rate.usd);
  const converted = lines.map(({ meter, amountExact }) => {
    const exact = parseDecimal(amountExact).times(usd);
    return { meter, amountExact: toDecimalString(exact), amount: roundToCents(exact) };
  });
  const total = converted.reduce((sum, { amount }) => sum.plus(parseDecimal(amount)), ZERO);
  return {
    currency: "USD",
    rate: toDecimalString(usd),
    evidence: rate.evidence,
    lines: converted,
    total: roundToCents(total),
  };
}
