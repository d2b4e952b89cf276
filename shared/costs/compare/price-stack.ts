import { parseDecimal, roundToCents, ZERO } from "#shared/kernel/money.ts";
import { convertToUsd, type ExchangeRate, exchangeRateAt } from "../exchange-rates.ts";
import { cardAt, hashCard } from "../price-book.ts";
import type { Evidence, PriceCard } from "../price-card.ts";
import { PriceError } from "../price-error.ts";
import { type PricedUsage, priceUsage } from "../price-usage.ts";
import { asQuantity, type Corner, resolveVolumes } from "./quantity.ts";
import type { Stack, StackCard } from "./stack.ts";
import type { Workload } from "./workload.ts";

/** A line of a stack's bill at one end of the ranges. Decimal strings. */
export interface StackLine {
  card: string;
  meter: string;
  tier: number;
  unit: string;
  used: string;
  included: string;
  billable: string;
  /** In `currency`. */
  unitPrice: string;
  currency: string;
  /** US dollars for one of `currency`. */
  rate: string;
  /** USD, rounded to the cent. */
  amount: string;
  /** From when the price holds; null: no earlier start is known. */
  priceFrom: string | null;
  evidence: Evidence;
}

export interface StackPrice {
  lines: StackLine[];
  total: string;
}

export interface PricingInput {
  workload: Workload;
  stack: Stack;
  corner: Corner;
  /** Default: the workload's. */
  date?: string | undefined;
  /** Values that go before the volumes'. */
  given?: Readonly<Record<string, string>>;
  rates?: readonly ExchangeRate[];
}

/** A month of the workload on the stack. Throws a {@link PriceError} that names the card where it has no price. */
export function priceStack({ workload, stack, corner, date = workload.date, given, rates }: PricingInput): StackPrice {
  const calculate = resolveVolumes({ ...workload.volumes, ...stack.volumes }, corner, given);
  const lines = cardsAt(stack, date).flatMap((entry) => {
    const card = cardAt(entry.card, date);
    const usage = Object.fromEntries(
      Object.entries(entry.usage).map(([meter, formula]) => [meter, asQuantity(calculate(formula))]),
    );
    return toLines(card, priceEntry(card, entry, usage), exchangeRateAtDay(card, date, rates));
  });
  const total = lines.reduce((sum, { amount }) => sum.plus(parseDecimal(amount)), ZERO);
  return { lines, total: roundToCents(total) };
}

const cardsAt = (stack: Stack, date: string): StackCard[] =>
  stack.cards.filter(({ from, to }) => (from === undefined || from <= date) && (to === undefined || date < to));

function priceEntry(card: PriceCard, entry: StackCard, usage: Record<string, string>): PricedUsage {
  const options = { switches: entry.switches };
  if (entry.cheapestOf === undefined) return priceUsage(card, usage, options);
  let refusal: PriceError | undefined;
  const priced = entry.cheapestOf.flatMap((plan) => {
    try {
      return [priceUsage(card, { ...usage, [plan]: "1" }, options)];
    } catch (error) {
      if (!(error instanceof PriceError)) throw error;
      refusal = error;
      return [];
    }
  });
  const [cheapest] = priced.sort((a, b) => parseDecimal(a.total).cmp(parseDecimal(b.total)));
  if (cheapest === undefined) throw refusal ?? new PriceError(`card "${card.id}": no plan is named`);
  return cheapest;
}

const exchangeRateAtDay = (card: PriceCard, date: string, rates: readonly ExchangeRate[] = []) =>
  card.currency === "USD" ? undefined : exchangeRateAt(card.currency, date, rates);

function toLines(card: PriceCard, priced: PricedUsage, rate: ExchangeRate | undefined): StackLine[] {
  const converted = rate && convertToUsd(priced, rate);
  return priced.lines.map((line, i) => ({
    card: card.id,
    meter: line.meter,
    tier: line.tier?.number ?? 0,
    unit: line.unit,
    used: line.used,
    included: line.included,
    billable: line.billable,
    unitPrice: line.unitPrice,
    currency: card.currency,
    rate: converted?.rate ?? "1",
    amount: converted?.lines[i]?.amount ?? line.amount,
    priceFrom: card.effectiveFrom,
    evidence: line.evidence,
  }));
}

/** The content hash of each card of a stack at a date: what a statement's prices are tied to. */
export const hashCards = (stack: Stack, date: string): Record<string, string> =>
  Object.fromEntries(cardsAt(stack, date).map(({ card }) => [card, hashCard(cardAt(card, date))]));

/** The price, or why there is none. */
export function tryPriceStack(input: PricingInput): StackPrice | { reason: string } {
  try {
    return priceStack(input);
  } catch (error) {
    if (error instanceof PriceError) return { reason: error.message };
    throw error;
  }
}
