import { isDecimal } from "#shared/kernel/money.ts";

/** Each function says what is wrong with a text, or nothing when it is right (FOCUS, "Attributes"). */
type FaultOf = (text: string) => string | undefined;

/** NumericFormat: digits, one point, a minus sign; no separators, exponent, plus sign, currency or unit. */
export const decimalFault: FaultOf = (text) => {
  if (isDecimal(text)) return undefined;
  if (/^[-+]?[\d.]+e[-+]?\d+$/i.test(text)) return "is written with an exponent: write all digits";
  if (/^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text)) return "has thousands separators: write digits and one point";
  if (/^[-+]?\d+,\d+$/.test(text)) return "has a decimal comma: write a point";
  if (text.startsWith("+")) return "has a plus sign: write none";
  if (/^-?0\d/.test(text)) return "has zeros in front: write none";
  return "is no plain decimal number, such as -1234.5";
};

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})Z$/;

/** DateTimeFormat: UTC, to the second, `2026-10-01T00:00:00Z`. */
export const dateTimeFault: FaultOf = (text) => {
  const parts = DATE_TIME.exec(text);
  if (!parts) {
    return /[+-]\d{2}:?\d{2}$/.test(text) && text.includes("T")
      ? "has an offset: write it in UTC, as 2026-10-01T00:00:00Z"
      : "is not written as 2026-10-01T00:00:00Z";
  }
  const at = new Date(text);
  const exists = !Number.isNaN(at.getTime()) && at.toISOString() === `${parts[1]}T${parts[2]}.000Z`;
  return exists ? undefined : "is a date or a time that does not exist";
};

/** JsonObjectFormat, and KeyValueFormat before it: an object, not an array, a text or a number. */
export const jsonObjectFault: FaultOf = (text) => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "is JSON, but no object";
  } catch {
    return "is no valid JSON";
  }
};

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** CurrencyFormat: a code of ISO 4217 in capitals. */
export const currencyFault: FaultOf = (text) => {
  if (CURRENCIES.has(text)) return undefined;
  return CURRENCIES.has(text.toUpperCase()) ? "is not in capitals" : "is no currency code of ISO 4217";
};

const PLACEHOLDERS = new Set(["null", "nil", "none", "nan", "n/a", "na", "not applicable", "undefined", "-", "(null)"]);

/** A word that stands for no value. */
export const isPlaceholder = (text: string): boolean => PLACEHOLDERS.has(text.trim().toLowerCase());
