import { type Decimal, parseDecimal, roundToCents, roundUpTo, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { checkUsage, type Usage } from "./check-usage.ts";
import type { Evidence, Meter, MeterKind, PriceCard, Tier } from "./price-card.ts";
import { PriceError } from "./price-error.ts";
import { type SwitchTaken, takeSwitches } from "./take-switches.ts";

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
  const quantities = checkUsage(card, usage);
  const switches = takeSwitches(card, options.switches ?? {});
  const lines = card.meters.flatMap((meter) => {
    const used = quantities.get(meter.name);
    if (used === undefined) return [];
    const included =
      meter.kind === "covered" ? coveredByPlans(card, meter, used, quantities) : parseDecimal(meter.included ?? "0");
    const billable = isBilled(meter, switches) ? billableOf(meter, used, included) : ZERO;
    return linesOf(card, meter, { used, included, billable });
  });
  const total = lines.reduce((sum, { amount }) => sum.plus(parseDecimal(amount)), ZERO);
  return { lines, total: roundToCents(total), switches };
}

/** What the plans among the quantities include of a covered meter. Throws when more than that was used. */
function coveredByPlans(card: PriceCard, meter: Meter, used: Decimal, quantities: ReadonlyMap<string, Decimal>) {
  const covered = card.meters.reduce((sum, plan) => {
    const months = quantities.get(plan.name);
    const each = plan.includes?.[meter.name];
    return months === undefined || each === undefined ? sum : sum.plus(months.times(parseDecimal(each)));
  }, ZERO);
  if (used.gt(covered)) {
    throw new PriceError(
      `card "${card.id}": ${toDecimalString(used)} ${meter.name} were used and the plans given include ${toDecimalString(covered)}: more has no published price, name a larger plan`,
    );
  }
  return covered;
}

const isBilled = ({ billedWhen }: Meter, switches: readonly SwitchTaken[]): boolean =>
  billedWhen === undefined ||
  switches.some(({ name, option }) => name === billedWhen.switch && option === billedWhen.option);

function billableOf(meter: Meter, used: Decimal, included: Decimal): Decimal {
  const surplus = used.gt(included) ? used.minus(included) : ZERO;
  return meter.roundUpTo === undefined ? surplus : roundUpTo(surplus, parseDecimal(meter.roundUpTo));
}

interface Quantities {
  used: Decimal;
  included: Decimal;
  billable: Decimal;
}

function linesOf(card: PriceCard, meter: Meter, { used, included, billable }: Quantities): PricedLine[] {
  const { name, kind, unit, tiers } = meter;
  const evidence = meter.evidence ?? card.evidence;
  const line = (unitPrice: Decimal, quantities: Quantities) => {
    const exact = quantities.billable.times(unitPrice);
    return {
      used: toDecimalString(quantities.used),
      included: toDecimalString(quantities.included),
      billable: toDecimalString(quantities.billable),
      unitPrice: toDecimalString(unitPrice),
      amountExact: toDecimalString(exact),
      amount: roundToCents(exact),
    };
  };
  if (tiers === undefined) {
    const unitPrice = parseDecimal(meter.unitPrice ?? "0");
    return [{ meter: name, kind, unit, ...line(unitPrice, { used, included, billable }), evidence }];
  }
  const end = included.plus(billable);
  return stepsOf(tiers)
    .filter(({ from, number }) => number === 1 || from.lt(used) || from.lt(end))
    .map((step) => ({
      meter: name,
      kind,
      unit,
      tier: { number: step.number, from: toDecimalString(step.from), upTo: step.tier.upTo },
      ...line(parseDecimal(step.tier.unitPrice), {
        used: within(step, ZERO, used),
        included: within(step, ZERO, included),
        billable: billable.eq(ZERO) ? ZERO : within(step, included, end),
      }),
      evidence: step.tier.evidence ?? evidence,
    }));
}

interface Step {
  tier: Tier;
  number: number;
  from: Decimal;
}

const stepsOf = (tiers: readonly Tier[]): Step[] =>
  tiers.map((tier, index) => ({ tier, number: index + 1, from: parseDecimal(tiers[index - 1]?.upTo ?? "0") }));

/** How much of the quantities from `start` to `end` falls into a step. */
function within({ tier, from }: Step, start: Decimal, end: Decimal): Decimal {
  const low = start.gt(from) ? start : from;
  const high = tier.upTo === null || end.lt(parseDecimal(tier.upTo)) ? end : parseDecimal(tier.upTo);
  return high.gt(low) ? high.minus(low) : ZERO;
}
