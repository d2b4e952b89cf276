import { isDecimal } from "#shared/kernel/money.ts";
import type { ToleranceKind } from "./tolerance.ts";

/** A value as it was meant, and what had to be overlooked; or why it cannot be told. */
export type ReadValue =
  | { readonly value: string; readonly overlooked: readonly ToleranceKind[] }
  | { readonly fault: string };

const MOST_EXPONENT = 60;

/** `1.5e-7` as all its digits; undefined when it is no such number, or absurdly long. */
function withoutExponent(text: string): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d*))?e([+-]?\d+)$/i.exec(text);
  const exponent = Number(parts?.[4]);
  if (!parts || Math.abs(exponent) > MOST_EXPONENT) return undefined;
  const [, sign = "", whole = "", fraction = ""] = parts;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(1, point);
  const decimals = padded.slice(at);
  return sign + padded.slice(0, at) + (decimals === "" ? "" : `.${decimals}`);
}

/** Plain form: no plus sign, no zeros in front, no bare point. */
function tidy(text: string): string {
  const [, sign = "", whole = "", fraction = ""] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  return (sign === "-" ? "-" : "") + digits + (fraction === "" ? "" : `.${fraction}`);
}

const isLoose = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text);

/**
 * Reads a decimal number as people and programs write it: `1,234.56`, `1.234,56`, `1.5E-7`, `$ 3`, `(4.20)`, `+.5`.
 * What can be read in two ways, such as `1,234` where a decimal comma is used elsewhere in the file, is refused.
 * @param hasDecimalComma the file's fields are parted by semicolons, so a comma in a number is a decimal one
 */
export function readNumber(written: string, hasDecimalComma = false): ReadValue {
  if (isDecimal(written)) return { value: written, overlooked: [] };
  const overlooked: ToleranceKind[] = [];
  let text = written.trim();
  if (text !== written) overlooked.push("spaces");
  const bare = text.replace(/^([+-]?)\s*(?:[A-Z]{3}|[$€£])\s*/, "$1").replace(/\s*(?:[A-Z]{3}|[$€£])$/, "");
  if (bare !== text) overlooked.push("currency-sign");
  text = bare.replace(/^\((.+)\)$/, "-$1");
  if (text !== bare) overlooked.push("number-form");
  const commas = readCommas(text, hasDecimalComma);
  if (commas === undefined) return { fault: `"${written}" can be read in two ways: write digits and one point` };
  if (commas.kind) overlooked.push(commas.kind);
  text = commas.text;
  if (/e/i.test(text)) {
    const plain = withoutExponent(text.replace(/^\+/, ""));
    if (plain === undefined) return { fault: `"${written}" is no number` };
    overlooked.push("exponent");
    text = tidy(plain);
  }
  if (!isDecimal(text) && isLoose(text)) {
    overlooked.push("number-form");
    text = tidy(text);
  }
  return isDecimal(text) ? { value: text, overlooked } : { fault: `"${written}" is no number` };
}

/** Takes separators out; undefined when a comma may be either. */
function readCommas(text: string, hasDecimalComma: boolean): { text: string; kind?: ToleranceKind } | undefined {
  if (/^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(text)) {
    return { text: text.replaceAll(".", "").replace(",", "."), kind: "decimal-comma" };
  }
  if (
    /^[+-]?\d{1,3}([,' \u00a0\u202f]\d{3})+\.\d+$/.test(text) ||
    /^[+-]?\d{1,3}([' \u00a0\u202f]\d{3})+$/.test(text)
  ) {
    return { text: text.replaceAll(/[,' \u00a0\u202f]/g, ""), kind: "thousands-separators" };
  }
  if (/^[+-]?\d{1,3}(,\d{3})+$/.test(text)) {
    const isOneComma = text.indexOf(",") === text.lastIndexOf(",");
    if (hasDecimalComma && isOneComma) return undefined;
    return { text: text.replaceAll(",", ""), kind: "thousands-separators" };
  }
  if (/^[+-]?\d*,\d+$/.test(text)) return { text: text.replace(",", "."), kind: "decimal-comma" };
  return { text };
}
