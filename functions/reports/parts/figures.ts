import { parseDecimal, ZERO } from "#shared/kernel/money.ts";

const MOST_PLACES = 12;

/** How many places behind the point a column of amounts shows: two, and below one dollar as many as tell four digits. */
export function placesFor(amounts: readonly (string | null)[]): number {
  const magnitudes = amounts.flatMap((amount) => {
    const value = amount === null ? ZERO : parseDecimal(amount).abs();
    return value.eq(ZERO) ? [] : [value.e];
  });
  return magnitudes.length === 0
    ? 2
    : Math.min(MOST_PLACES, Math.max(...magnitudes) >= 0 ? 2 : 3 - Math.max(...magnitudes));
}

/** The same for the parts of one small thing: its smallest amount still shows two digits. */
export function placesForParts(amounts: readonly (string | null)[]): number {
  const magnitudes = amounts.flatMap((amount) => {
    const value = amount === null ? ZERO : parseDecimal(amount).abs();
    return value.eq(ZERO) ? [] : [value.e];
  });
  return magnitudes.length === 0 ? 2 : Math.min(MOST_PLACES, Math.max(2, 1 - Math.min(...magnitudes)));
}

/** `1,234.57` of `1234.5678` at two places, rounded half-up. What is there but rounds to nothing is `<0.01`. */
export function formatAmount(amount: string, places: number): string {
  const value = parseDecimal(amount);
  const text = value.toFixed(places, 1);
  if (value.eq(ZERO) && places > 4) return "0";
  const isLost = value.gt(ZERO) && parseDecimal(text).eq(ZERO);
  if (isLost) return `<0.${"0".repeat(places - 1)}1`;
  return withSeparators(text);
}

/** `15,000,000`, `0.35`; at most six places, no zeros at the end. */
export function formatQuantity(quantity: string): string {
  const text = parseDecimal(quantity).toFixed(6, 1);
  return withSeparators(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

/** A unit price or an exact amount with all its digits: `0.0000003`. */
export const formatExact = (value: string): string => withSeparators(value);

/** `+12.3 %` of a ratio such as `0.123`; null when there is nothing to compare with. */
export function formatChange(now: string, before: string): string | null {
  const base = parseDecimal(before);
  if (base.eq(ZERO)) return null;
  const percent = ((Number(now) - Number(before)) / Math.abs(Number(before))) * 100;
  const sign = percent > 0 ? "+" : percent < 0 ? "−" : "±";
  return `${sign}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`;
}

function withSeparators(text: string): string {
  const [whole = "", fraction] = text.replace(/^-/, "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const isZero = /^[0,]*$/.test(grouped) && /^0*$/.test(fraction ?? "");
  return `${text.startsWith("-") && !isZero ? "−" : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}
