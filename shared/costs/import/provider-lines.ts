import { NumberText, parseLossless } from "#shared/costs/tabular/lossless-json.ts";
import { divide, parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import { readNumber } from "./read-number.ts";

/** An object of a lossless JSON text; an empty one for anything else. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
    ? (value as Record<string, unknown>) // safe: neither null, list nor number
    : {};

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textAt = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** A number of a JSON text: as written, and in plain digits. */
export function numberAt(value: unknown): { written: string; plain: string } | undefined {
  const written = value instanceof NumberText ? value.text : textAt(value);
  if (written === null) return undefined;
  const read = readNumber(written);
  return "fault" in read ? undefined : { written, plain: read.value };
}

/** Parses an answer of a provider. Throws a SyntaxError when it is no JSON object. */
export function parseAnswer(text: string): Readonly<Record<string, unknown>> {
  const value = parseLossless(text);
  if (Object.keys(objectOf(value)).length === 0)
    throw new SyntaxError("the file is no JSON object, as the provider's API answers it");
  return objectOf(value);
}

/** A count in another unit: `per` of it make one. */
export const inUnits = (plain: string, per: string): string =>
  toDecimalString(divide(parseDecimal(plain), parseDecimal(per)));
