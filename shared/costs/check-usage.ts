import { DECIMAL, type Decimal, isDecimal, parseDecimal } from "#shared/kernel/money.ts";
import { nearest } from "#shared/kernel/suggest.ts";
import type { PriceCard } from "./price-card.ts";
import { PriceError } from "./price-error.ts";

/** Quantities of one billing month by meter: decimal strings, raw, that is before allowance and rounding. */
export type Usage = Readonly<Record<string, string>>;

/**
 * The quantities as exact decimals. Throws a {@link PriceError} that names an unknown meter, and a quantity that is no
 * text, malformed or negative.
 */
export function checkUsage(card: PriceCard, usage: Usage): ReadonlyMap<string, Decimal> {
  const names = card.meters.map(({ name }) => name);
  return new Map(
    Object.entries(usage).map(([name, quantity]) => {
      if (!names.includes(name)) throw new PriceError(unknownMeter(card.id, name, names));
      return [name, readQuantity(name, quantity)];
    }),
  );
}

function unknownMeter(id: string, name: string, names: readonly string[]): string {
  if (names.length === 0) return `card "${id}" has no meter "${name}": it has none, nothing on it is billed`;
  const [meant] = nearest(name, names, 1);
  const hint = meant === undefined ? "" : `did you mean ${meant}? `;
  return `card "${id}" has no meter "${name}": ${hint}its meters are ${names.join(", ")}`;
}

/** The type says text; what came from a file may be anything. */
function readQuantity(meter: string, quantity: unknown): Decimal {
  const shown = (JSON.stringify(quantity) ?? String(quantity)).slice(0, 60);
  const of = `meter "${meter}": the quantity ${shown}`;
  if (typeof quantity !== "string")
    throw new PriceError(`${of} is no text: write a decimal string, such as "15000000"`);
  if (!isDecimal(quantity)) throw new PriceError(`${of} is malformed: write a decimal string, such as "1234.5"`);
  if (!DECIMAL.test(quantity)) throw new PriceError(`${of} is negative: usage is counted from zero up`);
  return parseDecimal(quantity);
}
