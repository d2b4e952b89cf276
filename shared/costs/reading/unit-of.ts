import { PRICE_BOOK } from "../price-book.ts";

const UNITS: ReadonlyMap<string, string> = new Map(
  PRICE_BOOK.flatMap((card) => card.meters.map(({ name, unit }) => [`${card.id}/${name}`, unit] as const)),
);

/** The unit of a meter by `card/meter`; null when the price book has it no more. */
export const unitOf = (cardAndMeter: string): string | null => UNITS.get(cardAndMeter) ?? null;
