import { canonicalJson, sha256Hex } from "#shared/kernel/hash.ts";
import { nearest } from "#shared/kernel/suggest.ts";
import { FILES } from "./price-books.gen.ts";
import { IsoDate, type PriceCard } from "./price-card.ts";
import { PriceError } from "./price-error.ts";
import { fileOf, type PriceBook, readPriceBook } from "./read-price-book.ts";

/** The price book of this repository. */
export const PRICE_BOOK: PriceBook = readPriceBook(FILES);

/**
 * The card of a service whose prices hold on a day (`2026-10-15`, UTC). Throws a {@link PriceError} that names what is
 * wrong: the date's form, an unknown card, a day without a price.
 */
export function cardAt(id: string, date: string, book: PriceBook = PRICE_BOOK): PriceCard {
  if (!IsoDate.safeParse(date).success) throw new PriceError(`"${date}" is no date: write it as 2026-10-15`);
  const ofId = book.filter((card) => card.id === id);
  if (ofId.length === 0) throw new PriceError(unknownCard(id, book));
  const found = ofId.find(
    ({ effectiveFrom, effectiveTo }) =>
      (effectiveFrom === null || effectiveFrom <= date) && (effectiveTo === null || date < effectiveTo),
  );
  if (found === undefined) throw new PriceError(noPriceOn(date, id, ofId));
  return found;
}

function unknownCard(id: string, book: PriceBook): string {
  const ids = [...new Set(book.map((card) => card.id))];
  const meant = nearest(id, ids);
  const hint = meant.length === 0 ? "npm run costs -- books lists them" : `did you mean ${meant.join(", ")}?`;
  return `there is no card "${id}": ${hint}`;
}

function noPriceOn(date: string, id: string, cards: readonly PriceCard[]): string {
  const spans = cards.map(({ effectiveFrom, effectiveTo }) =>
    [effectiveFrom === null ? "" : `from ${effectiveFrom}`, effectiveTo === null ? "" : `until before ${effectiveTo}`]
      .filter((part) => part !== "")
      .join(" "),
  );
  const next = cards.findLast(({ effectiveTo }) => effectiveTo !== null && effectiveTo <= date)?.succeededBy;
  const hint = next === undefined ? "" : `; after it see ${next}`;
  return `card "${id}" has no price on ${date}: it holds ${spans.join(", and ")}${hint}`;
}

/** SHA-256, in hex, of a card's canonical JSON: what a price on a cost line is tied to. */
export const hashCard = (card: PriceCard): string => sha256Hex(canonicalJson(card));

/** SHA-256, in hex, of the book: changes with any card. */
export const hashBook = (book: PriceBook): string =>
  sha256Hex(canonicalJson(book.map((card) => [fileOf(card), hashCard(card)])));
