import type { PriceCard } from "../price-card.ts";
import type { PriceBook } from "../read-price-book.ts";
import type { CostAccount } from "./accounts.ts";
import { countDays, daysOf, overlap } from "./month.ts";

/** Days of a period on which one card of an account holds. */
export interface Segment {
  account: CostAccount;
  card: PriceCard;
  from: string;
  to: string;
  /** Its part of the days on which the account has this card at all in the period, as days. */
  days: number;
  ofDays: number;
}

/**
 * Where prices change in mid-period: one segment for each span of days with one card, in order. A card that holds on
 * no day of the period makes none. Throws a RangeError that names a card which the price book does not have.
 */
export function segmentsOf(account: CostAccount, period: string, book: PriceBook): Segment[] {
  const span = overlap(daysOf(period), { from: account.validFrom, to: account.validTo });
  return account.cards.flatMap((id) => {
    const cards = book.filter((card) => card.id === id);
    if (cards.length === 0)
      throw new RangeError(`account "${account.id}" lists the card "${id}", which no price book has`);
    if (span === undefined) return [];
    const spans = cards.flatMap((card) => {
      const shared = overlap(span, { from: card.effectiveFrom, to: card.effectiveTo });
      return shared === undefined ? [] : [{ card, ...shared }];
    });
    const ofDays = spans.reduce((sum, { from, to }) => sum + countDays(from, to), 0);
    return spans.map(({ card, from, to }) => ({ account, card, from, to, days: countDays(from, to), ofDays }));
  });
}
