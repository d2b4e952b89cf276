import { PRICE_BOOK } from "../price-book.ts";
import { PriceError } from "../price-error.ts";
import { takeSwitches } from "../take-switches.ts";
import type { CostAccount } from "./accounts.ts";

/**
 * That an account names only what the price book has: cards, meters of fixed quantities, switches and their options.
 * Throws a {@link PriceError} that names the first that it has not, so that no pricing stumbles over it later.
 */
export function checkAccount({ id, cards, fixed, switches }: CostAccount): void {
  const cardsOf = (name: string) => PRICE_BOOK.filter((card) => card.id === name);
  const fail = (what: string): never => {
    throw new PriceError(`account "${id}": ${what}; npm run costs -- books lists the cards`);
  };
  for (const name of [...cards, ...fixed.map(({ card }) => card), ...Object.keys(switches)]) {
    if (cardsOf(name).length === 0) fail(`there is no card "${name}"`);
    if (!cards.includes(name)) fail(`"${name}" is not among its cards`);
  }
  for (const { card, meter } of fixed) {
    const meters = cardsOf(card).flatMap((each) => each.meters.map(({ name }) => name));
    if (!meters.includes(meter)) fail(`card "${card}" has no meter "${meter}", but ${[...new Set(meters)].join(", ")}`);
  }
  for (const [name, chosen] of Object.entries(switches)) for (const card of cardsOf(name)) takeSwitches(card, chosen);
}
