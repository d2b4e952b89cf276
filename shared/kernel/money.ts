import BigJs, { type Big } from "big.js";

/** Takes no JavaScript number, so that no float can slip in: decimal strings, bigints and other decimals only. */
const StrictBig = BigJs();
StrictBig.strict = true;

/** An exact decimal. Its `plus`, `minus`, `times` and `cmp` are exact; `div` is not: see {@link divide}. */
export type Decimal = Big;

/** Digits before and behind the point, no sign, no exponent, no separators: `15000000`, `0.0000003`. */
export const DECIMAL = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;

const SIGNED_DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const MOST_DIGITS = 120;

/** Whether a text is a plain decimal of bearable length, below zero or not. */
export const isDecimal = (text: string): boolean => text.length <= MOST_DIGITS && SIGNED_DECIMAL.test(text);

/** Reads a plain decimal, such as `-0.5`. Throws a RangeError on anything else: `1e3`, `1,000`, `.5`, `NaN`, ` 1`. */
export function parseDecimal(text: string): Decimal {
  if (!isDecimal(text)) throw new RangeError(`"${text.slice(0, 40)}" is no decimal: write it as 1234.5`);
  return new StrictBig(text);
}

export const ZERO: Decimal = new StrictBig("0");

/** All digits, no exponent, no zeros at the end: `0.0000003`, where toString() would print `3e-7`. */
export function toDecimalString(value: Decimal): string {
  const text = value.toFixed();
  return text === "-0" ? "0" : text;
}

/** Rounded half-up to the cent (a tie goes away from zero), with both places: `6.99`. Once per line of an invoice. */
export function roundToCents(value: Decimal): string {
  const text = value.toFixed(2, StrictBig.roundHalfUp);
  return text === "-0.00" ? "0.00" : text;
}

/** The next whole multiple of `step` at or above a value that is not negative. */
export function roundUpTo(value: Decimal, step: Decimal): Decimal {
  const surplus = value.mod(step);
  return surplus.eq(ZERO) ? value : value.minus(surplus).plus(step);
}

/** A quotient rounded half-up at `places` behind the point, at 28 unless said: beyond what any amount here can show. */
export function divide(dividend: Decimal, divisor: Decimal, places = 28): Decimal {
  const Dividing = BigJs();
  Dividing.strict = true;
  Dividing.DP = places;
  Dividing.RM = Dividing.roundHalfUp;
  return new StrictBig(new Dividing(dividend).div(divisor));
}

/** Places behind the point of the ledger's unit: sums are bigints of 1e-15 of the currency (`costFemtoUsd`). */
export const FEMTO_PLACES = 15;

/** A decimal in units of 1e-15, rounded half-up to a whole one. */
export const toFemto = (value: Decimal): bigint =>
  BigInt(value.times(new StrictBig("1000000000000000")).toFixed(0, StrictBig.roundHalfUp));

/** The decimal that so many units of 1e-15 are, exactly. */
export const fromFemto = (femto: bigint): Decimal => {
  const digits = (femto < 0n ? -femto : femto).toString().padStart(FEMTO_PLACES + 1, "0");
  const sign = femto < 0n ? "-" : "";
  return new StrictBig(`${sign}${digits.slice(0, -FEMTO_PLACES)}.${digits.slice(-FEMTO_PLACES)}`);
};
