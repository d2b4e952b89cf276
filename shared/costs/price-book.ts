import { z } from "zod";
import { canonicalJson, sha256Hex } from "#shared/kernel/hash.ts";
import { FILES } from "./price-books/index.gen.ts";
import { IsoDate, PriceCard } from "./price-card.ts";
import { PriceError } from "./price-error.ts";

/** Cards of all services and times; no two of one id hold on the same day. Ordered by id and start. */
export type PriceBook = readonly PriceCard[];

/** Where a card lies in `price-books`: its id and the first day of its prices, `open` where no start is known. */
export const fileOf = (card: PriceCard): string => `${card.id}@${card.effectiveFrom ?? "open"}.json`;

/**
 * Reads cards from the content of files. Throws a {@link PriceError} that names the file and what is wrong: a shape,
 * a name that is not the card's, two cards of one service with a day in common.
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
  });
  return cards;
}

/** The price book of this repository. */
export const PRICE_BOOK: PriceBook = readPriceBook(FILES);

/**
 * The card of a service whose prices hold on a day (`2026-10-15`, UTC). Throws a {@link PriceError} that names what is
 * wrong: the date's form, an unknown card, a day without a price.
 */
export function cardAt(id: string, date: string, book: PriceBook = PRICE_BOOK): PriceCard {
  if (!IsoDate.safeParse(date).success) throw new PriceError(`"${date}" is no date: write it as 2026-10-15`);
  const ofId = book.filter((card) => card.id === id);
  if (ofId.length === 0) throw new PriceError(`there is no card "${id}"`);
  const found = ofId.find(
    ({ effectiveFrom, effectiveTo }) =>
      (effectiveFrom === null || effectiveFrom <= date) && (effectiveTo === null || date < effectiveTo),
  );
  if (found === undefined) {
    const spans = ofId.map(({ effectiveFrom, effectiveTo }) => `${effectiveFrom ?? "…"} to ${effectiveTo ?? "…"}`);
    const successor = ofId.find(({ effectiveTo }) => effectiveTo !== null && effectiveTo <= date)?.succeededBy;
    throw new PriceError(
      `card "${id}" has no price on ${date}: its prices hold ${spans.join(", ")} (end exclusive)${
        successor === undefined ? "" : `; from then on see ${successor}`
      }`,
    );
  }
  return found;
}

/** SHA-256, in hex, of a card's canonical JSON: what a price on a cost line is tied to. */
export const hashCard = (card: PriceCard): Promise<string> => sha256Hex(canonicalJson(card));

/** SHA-256, in hex, of the book: changes with any card. */
export const hashBook = async (book: PriceBook): Promise<string> =>
  await sha256Hex(canonicalJson(await Promise.all(book.map(async (card) => [fileOf(card), await hashCard(card)]))));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
