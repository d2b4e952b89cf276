import { z } from "zod";
import { type ConvertedUsage, convertToUsd, type ExchangeRate, exchangeRateAt } from "#shared/costs/exchange-rates.ts";
import { cardAt, hashCard } from "#shared/costs/price-book.ts";
import { PriceError } from "#shared/costs/price-error.ts";
import { type PricedUsage, priceUsage } from "#shared/costs/price-usage.ts";

/** Quantities are checked by the engine, which names the meter. */
const Entry = z.strictObject({
  id: z.string().optional(),
  card: z.string(),
  date: z.string(),
  usage: z.record(z.string(), z.unknown()),
  switches: z.record(z.string(), z.string()).optional(),
});
type Entry = z.infer<typeof Entry>;

export interface PricedEntry extends PricedUsage {
  id?: string;
  card: string;
  date: string;
  hash: string;
  currency: string;
  converted?: ConvertedUsage;
}

export interface EntryOptions {
  /** Whether amounts in another currency are given in US dollars, too. */
  shouldConvert: boolean;
  ratesByHand: readonly ExchangeRate[];
}

/** Prices a list of entries, or says all that is wrong, each with the entry's index and what it is about. */
export function priceEntries(input: unknown, options: EntryOptions): { priced: PricedEntry[]; errors: string[] } {
  if (!Array.isArray(input)) return { priced: [], errors: ["the input must be a list of entries: [{…}, …]"] };
  const priced: PricedEntry[] = [];
  const errors: string[] = [];
  for (const [index, content] of input.entries()) {
    const entry = Entry.safeParse(content);
    if (!entry.success) {
      errors.push(`entry ${index}: ${describe(entry.error)}`);
      continue;
    }
    try {
      priced.push(priceEntry(entry.data, options));
    } catch (error) {
      if (!(error instanceof PriceError)) throw error;
      errors.push(`entry ${index} (${entry.data.card}): ${error.message}`);
    }
  }
  return { priced, errors };
}

function priceEntry(entry: Entry, { shouldConvert, ratesByHand }: EntryOptions): PricedEntry {
  const card = cardAt(entry.card, entry.date);
  const usage = entry.usage as Record<string, string>; // safe: priceUsage refuses what is no text
  const priced = priceUsage(card, usage, { switches: entry.switches });
  return {
    ...(entry.id === undefined ? {} : { id: entry.id }),
    card: card.id,
    date: entry.date,
    hash: hashCard(card),
    currency: card.currency,
    ...priced,
    ...(shouldConvert && card.currency !== "USD"
      ? { converted: convertToUsd(priced, exchangeRateAt(card.currency, entry.date, ratesByHand)) }
      : {}),
  };
}

const describe = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
