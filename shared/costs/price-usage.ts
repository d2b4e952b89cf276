import {
  DECIMAL,
  type Decimal,
  isDecimal,
  parseDecimal,
  roundToCents,
  roundUpTo,
  toDecimalString,
  ZERO,
} from "#shared/kernel/money.ts";
import type { Evidence, Meter, MeterKind, PriceCard, Tier } from "./price-card.ts";
import { PriceError } from "./price-error.ts";

/** Quantities of one billing month by meter: decimal strings, raw, that is before allowance and rounding. */
export type Usage = Readonly<Record<string, string>>;

/** One line of an invoice: one meter, or one tier of a graduated one. All figures are decimal strings. */
export interface PricedLine {
  meter: string;
  kind: MeterKind;
  unit: string;
  /** Of a graduated price: which step, counted from 1, and its bounds in used quantity. */
  tier?: { number: number; from: string; upTo: string | null };
  /** Of the line: the whole meter's, or what of it falls into the tier. */
  used: string;
  /** The month's allowance, used up or not. */
  included: string;
  /** What is left of it after the allowance, rounded up as the meter asks. */
  billable: string;
  unitPrice: string;
  /** billable × unitPrice, all digits. */
  amountExact: string;
  /** Rounded half-up to the cent. */
  amount: string;
  evidence: Evidence;
}

/** How a rule of the card that is a switch was taken. */
export interface SwitchTaken {
  name: string;
  option: string;
  status: "unsettled" | "settled";
  isDefault: boolean;
}

export interface PricedUsage {
  /** In the card's order of meters. */
  lines: PricedLine[];
  /** Sum of the rounded amounts. */
  total: string;
  switches: SwitchTaken[];
}

export interface PricingOptions {
  /** Options of the card's switches by name; a switch not named takes its default. */
  switches?: Readonly<Record<string, string>> | undefined;
}

/**
 * What one billing month of a service costs by its card. Pure. Throws a {@link PriceError} that names an unknown meter
 * or switch, a malformed or negative quantity, and a quantity that has no price.
 */
export function priceUsage(card: PriceCard, usage: Usage, options: PricingOptions = {}): PricedUsage {
  const quantities = readUsage(card, usage);
  const switches = takeSwitches(card, options.switches ?? {});
  const lines = card.meters.flatMap((meter) => {
    const used = quantities.get(meter.name);
    return used === undefined ? [] : priceMeter(card, meter, used, { quantities, switches });
  });
  const total = lines.reduce((sum, { amount }) => sum.plus(parseDecimal(amount)), ZERO);
  return { lines, total: roundToCents(total), switches };
}

type Quantities = ReadonlyMap<string, Decimal>;

function readUsage(card: PriceCard, usage: Usage): Quantities {
  const names = card.meters.map(({ name }) => name);
  return new Map(
    Object.entries(usage).map(([name, quantity]) => {
      if (!names.includes(name)) {
        const known = names.length === 0 ? "it has none" : `its meters are ${names.join(", ")}`;
        throw new PriceError(`card "${card.id}" has no meter "${name}": ${known}`);
      }
      return [name, readQuantity(name, quantity)];
    }),
  );
}

function readQuantity(meter: string, quantity: unknown): Decimal {
  const shown = JSON.stringify(quantity)?.slice(0, 60) ?? String(quantity);
  if (typeof quantity !== "string") {
    throw new PriceError(
      `meter "${meter}": the quantity ${shown} is no text: quantities are decimal strings, such as "15000000"`,
    );
  }
  if (!isDecimal(quantity)) {
    throw new PriceError(
      `meter "${meter}": the quantity ${shown} is malformed: write a decimal string, such as "1234.5"`,
    );
  }
  if (!DECIMAL.test(quantity)) throw new PriceError(`meter "${meter}": the quantity ${shown} is negative`);
  return parseDecimal(quantity);
}

function takeSwitches(card: PriceCard, chosen: Readonly<Record<string, string>>): SwitchTaken[] {
  const switches = card.switches ?? [];
  for (const [name, option] of Object.entries(chosen)) {
    const found = switches.find((one) => one.name === name);
    if (found === undefined) {
      const known =
        switches.length === 0 ? "it has none" : `its switches are ${switches.map((one) => one.name).join(", ")}`;
      throw new PriceError(`card "${card.id}" has no switch "${name}": ${known}`);
    }
    if (!Object.hasOwn(found.options, option)) {
      throw new PriceError(
        `switch "${name}" has no option "${option}": choose ${Object.keys(found.options).join(" or ")}`,
      );
    }
  }
  return switches.map(({ name, status, default: byDefault }) => {
    const option = chosen[name];
    return { name, option: option ?? byDefault, status, isDefault: option === undefined };
  });
}

function priceMeter(
  card: PriceCard,
  meter: Meter,
  used: Decimal,
  { quantities, switches }: { quantities: Quantities; switches: readonly SwitchTaken[] },
): PricedLine[] {
  const included =
    meter.kind === "covered" ? coveredByPlans(card, meter, quantities) : parseDecimal(meter.included ?? "0");
  const isBilled = switches.every(
    ({ name, option }) => meter.billedWhen?.switch !== name || meter.billedWhen.option === option,
  );
  const surplus = isBilled && used.gt(included) ? used.minus(included) : ZERO;
  const billable = meter.roundUpTo === undefined ? surplus : roundUpTo(surplus, parseDecimal(meter.roundUpTo));
  if (meter.kind === "covered" && surplus.gt(ZERO)) {
    throw new PriceError(
      `card "${card.id}": the plans given cover ${toDecimalString(included)} of ${meter.name}, and ${toDecimalString(used)} were used: what is beyond has no published price, add or change the plan`,
    );
  }
  const tiers = meter.tiers ?? [{ upTo: null, unitPrice: meter.unitPrice ?? "0" }];
  return reached(tiers, used).map(({ tier, from, number }): PricedLine => {
    const overlap = (start: Decimal, end: Decimal): Decimal => {
      const low = start.gt(from) ? start : from;
      const high = tier.upTo === null || end.lt(parseDecimal(tier.upTo)) ? end : parseDecimal(tier.upTo);
      return high.gt(low) ? high.minus(low) : ZERO;
    };
    const quantity = overlap(included, included.plus(billable));
    const exact = quantity.times(parseDecimal(tier.unitPrice));
    return {
      meter: meter.name,
      kind: meter.kind,
      unit: meter.unit,
      ...(meter.tiers === undefined ? {} : { tier: { number, from: toDecimalString(from), upTo: tier.upTo } }),
      used: toDecimalString(overlap(ZERO, used)),
      included: toDecimalString(meter.tiers === undefined ? included : overlap(ZERO, included)),
      billable: toDecimalString(quantity),
      unitPrice: toDecimalString(parseDecimal(tier.unitPrice)),
      amountExact: toDecimalString(exact),
      amount: roundToCents(exact),
      evidence: tier.evidence ?? meter.evidence ?? card.evidence,
    };
  });
}

/** The first tier, and each that some of the quantity falls into. */
function reached(tiers: readonly Tier[], used: Decimal): { tier: Tier; from: Decimal; number: number }[] {
  return tiers
    .map((tier, index) => ({ tier, from: parseDecimal(tiers[index - 1]?.upTo ?? "0"), number: index + 1 }))
    .filter(({ from, number }) => number === 1 || used.gt(from));
}

function coveredByPlans(card: PriceCard, meter: Meter, quantities: Quantities): Decimal {
  return card.meters.reduce((sum, plan) => {
    const months = quantities.get(plan.name);
    const each = plan.includes?.[meter.name];
    return months === undefined || each === undefined ? sum : sum.plus(months.times(parseDecimal(each)));
  }, ZERO);
}
