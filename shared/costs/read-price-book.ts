import { z } from "zod";
import { PriceCard } from "./price-card.ts";
import { PriceError } from "./price-error.ts";

/** Cards of all services and times; no two of one id hold on the same day. Ordered by id and start. */
export type PriceBook = readonly PriceCard[];

/** Where a card lies in `price-books`: its id and the first day of its prices, `open` where no start is known. */
export const fileOf = (card: PriceCard): string => `${card.id}@${card.effectiveFrom ?? "open"}.json`;

/**
 * Reads cards from the content of files. Throws a {@link PriceError} that names the file and what is wrong: a shape,
 * a name that is not the card's, two cards of one id with a day in common, a successor that is not there.
 */
export function readPriceBook(files: Readonly<Record<string, unknown>>): PriceBook {
  const cards = Object.entries(files).map(([file, content]) => {
    const parsed = PriceCard.safeParse(content);
    if (!parsed.success) throw new PriceError(`${file}: ${z.prettifyError(parsed.error)}`);
    if (fileOf(parsed.data) !== file) throw new PriceError(`${file}: its content belongs in ${fileOf(parsed.data)}`);
    return parsed.data;
  });
  cards.sort((a, b) => compare(a.id, b.id) || compare(a.effectiveFrom ?? "", b.effectiveFrom ?? ""));
  cards.forEach((card, index) => {
    const next = cards[index + 1];
    if (next?.id === card.id && (card.effectiveTo === null || (next.effectiveFrom ?? "") < card.effectiveTo)) {
      throw new PriceError(`${fileOf(card)} and ${fileOf(next)} both hold on ${next.effectiveFrom ?? "the first day"}`);
    }
    if (card.succeededBy !== undefined && !cards.some(({ id }) => id === card.succeededBy)) {
      throw new PriceError(`${fileOf(card)}: its successor ${card.succeededBy} is no card`);
    }
  });
  return cards;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
