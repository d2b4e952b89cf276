import { z } from "zod";
import { DECIMAL, type Decimal, divide, parseDecimal, roundUpTo, toDecimalString } from "#shared/kernel/money.ts";
import { PriceError } from "../price-error.ts";

/**
 * How a quantity is made: a decimal, the name of another one, or a sum, product, quotient, largest of, or the next
 * whole number above such. None of them falls when its parts grow but for a divisor, so a range has its ends at the ends
 * of its parts.
 */
export type Formula =
  | string
  | { product: Formula[] }
  | { sum: Formula[] }
  | { max: Formula[] }
  | { ceil: Formula }
  | { quotient: [Formula, string] };

export const Formula: z.ZodType<Formula> = z.lazy(() =>
  z.union([
    z.string().min(1),
    z.strictObject({ product: z.array(Formula).min(1) }),
    z.strictObject({ sum: z.array(Formula).min(1) }),
    z.strictObject({ max: z.array(Formula).min(1) }),
    z.strictObject({ ceil: Formula }),
    z.strictObject({ quotient: z.tuple([Formula, z.string().regex(DECIMAL)]) }),
  ]),
);

const Amount = z.string().regex(DECIMAL, 'write it as a plain decimal string, such as "0.25"');

/** A quantity with its unit and where it comes from: stated, stated as a range, or made of others. */
export const Volume = z
  .strictObject({
    value: Formula.optional(),
    low: Amount.optional(),
    high: Amount.optional(),
    unit: z.string().min(1),
    about: z.string().min(1),
  })
  .refine(({ value, low, high }) => (value === undefined) === (low !== undefined && high !== undefined), {
    message: "give either value, or low and high",
  })
  .refine(({ low, high }) => low === undefined || high === undefined || parseDecimal(low).lte(parseDecimal(high)), {
    message: "low is above high",
  });
export type Volume = z.infer<typeof Volume>;
export type Volumes = Readonly<Record<string, Volume>>;

/** The end of every range at which quantities are taken. */
export type Corner = "low" | "high";

/**
 * Quantities by name at one end of their ranges. Throws a {@link PriceError} that names what is not there or made of itself.
 * @param given values that go before those of the volumes
 */
export function resolveVolumes(
  volumes: Volumes,
  corner: Corner,
  given: Readonly<Record<string, string>> = {},
): (formula: Formula) => Decimal {
  const known = new Map(Object.entries(given).map(([name, value]) => [name, parseDecimal(value)]));
  const open = new Set<string>();

  function named(name: string): Decimal {
    const found = known.get(name);
    if (found !== undefined) return found;
    const volume = Object.hasOwn(volumes, name) ? volumes[name] : undefined;
    if (volume === undefined) throw new PriceError(`there is no volume "${name}": name it in the workload`);
    if (open.has(name)) throw new PriceError(`volume "${name}" is made of itself`);
    open.add(name);
    const value = calculate(volume.value ?? volume[corner] ?? "0");
    known.set(name, value);
    return value;
  }

  function calculate(formula: Formula): Decimal {
    if (typeof formula === "string") return DECIMAL.test(formula) ? parseDecimal(formula) : named(formula);
    if ("product" in formula) return formula.product.map(calculate).reduce((a, b) => a.times(b));
    if ("sum" in formula) return formula.sum.map(calculate).reduce((a, b) => a.plus(b));
    if ("max" in formula) return formula.max.map(calculate).reduce((a, b) => (b.gt(a) ? b : a));
    if ("ceil" in formula) return roundUpTo(calculate(formula.ceil), parseDecimal("1"));
    return divide(calculate(formula.quotient[0]), parseDecimal(formula.quotient[1]));
  }

  return calculate;
}

/** As the engine takes it. */
export const asQuantity = (value: Decimal): string => toDecimalString(value);
