import type { ExchangeRate } from "#shared/costs/exchange-rates.ts";
import { isDecimal } from "#shared/kernel/money.ts";
import { UsageError } from "./command.ts";

/** An exchange rate from the command line: `EUR=1.16`, US dollars for one unit. */
export function readRate(text: string): ExchangeRate {
  const [, currency, usd] = /^([A-Z]{3})=(\S+)$/.exec(text) ?? [];
  if (currency === undefined || usd === undefined || !isDecimal(usd) || !/[1-9]/.test(usd) || usd.startsWith("-")) {
    throw new UsageError(`"${text}" is no rate: write US dollars for one unit, such as EUR=1.16`);
  }
  return {
    currency,
    usd,
    effectiveFrom: null,
    effectiveTo: null,
    evidence: { level: "R", source: `given by hand: --rate ${text}` },
  };
}
