import type { Usage } from "#shared/costs/check-usage.ts";
import { cardAt } from "#shared/costs/price-book.ts";
import type { PriceCard, Switch } from "#shared/costs/price-card.ts";
import { PriceError } from "#shared/costs/price-error.ts";
import { priceUsage } from "#shared/costs/price-usage.ts";
import { type Decimal, parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { roundingOf } from "./judge-line.ts";
import type { Invoiced } from "./read-invoiced.ts";
import type { Metered } from "./read-metered.ts";
import type { SettledSwitch } from "./statement.ts";

/** One card of one account: both sides, and the options that the account is priced by. */
export interface CardSides {
  readonly metered: readonly Metered[];
  readonly invoiced: readonly Invoiced[];
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The unsettled switches of a card that an invoice settles: those under exactly one of whose options our figures are the
 * invoice's, by cost where the invoice has prices, else by quantity.
 */
export function settleSwitches(sides: CardSides): SettledSwitch[] {
  const [first] = sides.metered;
  const card = first && cardOf(first);
  if (!card) return [];
  return (card.switches ?? [])
    .filter(({ status }) => status === "unsettled")
    .flatMap((rule) => settle(rule, card, sides));
}

function settle(rule: Switch, card: PriceCard, sides: CardSides): SettledSwitch[] {
  const current = sides.options[rule.name] ?? rule.default;
  const fitting = Object.keys(rule.options).flatMap((option) => {
    const basis = fits(rule.name, option, card, sides);
    return basis === undefined ? [] : [{ option, basis }];
  });
  const [only, ...others] = fitting;
  if (!only || others.length > 0) return [];
  const isCurrent = only.option === current;
  const unknown = sides.metered.filter(({ quantity }) => quantity === null).map(({ meter }) => meter);
  const hint = [
    `settled by reconciliation: ${rule.name} = ${only.option} makes ${only.basis}`,
    isCurrent ? "the account is priced so" : `the account is priced by ${current}`,
    ...(unknown.length > 0 ? [`not measured: ${unknown.join(", ")}`] : []),
  ].join("; ");
  return [{ switch: rule.name, option: only.option, isCurrent, hint }];
}

/** What agrees under an option, in words; undefined when nothing does, or there is nothing to compare. */
function fits(name: string, option: string, card: PriceCard, sides: CardSides): string | undefined {
  const usage = usageOf(name, card, sides.metered);
  if (usage === undefined) return undefined;
  const cost = sumOf(sides.invoiced.map((line) => line.cost));
  if (cost !== null) {
    const { total } = priceUsage(card, usage, { switches: { ...sides.options, [name]: option } });
    const isSame = cost.minus(parseDecimal(total)).abs().lte(roundingOf(sides.invoiced.length));
    return isSame ? `the metered cost ${total}, as invoiced` : undefined;
  }
  const switched = card.meters.filter(({ billedWhen }) => billedWhen?.switch === name);
  const units = new Set(switched.map(({ unit }) => unit));
  const ofUnit = card.meters.filter(({ unit }) => units.has(unit));
  const billed = ofUnit.filter(({ billedWhen }) => billedWhen === undefined || billedWhen.option === option);
  const quantity = sumOf(
    sides.invoiced.filter(({ meter }) => ofUnit.some((one) => one.name === meter)).map((line) => line.quantity),
  );
  const counted = sumOf(
    billed.map((meter) => (usage[meter.name] === undefined ? null : parseDecimal(usage[meter.name] ?? "0"))),
  );
  if (quantity === null || counted === null || !quantity.eq(counted)) return undefined;
  return `the metered quantity ${toDecimalString(counted)}, as invoiced`;
}

const sumOf = (figures: readonly (Decimal | null)[]): Decimal | null =>
  figures.reduce<Decimal | null>((sum, figure) => (figure === null ? sum : (sum ?? ZERO).plus(figure)), null);

/** What was measured of a card; undefined when what the switch is about was not, or was not used. */
function usageOf(name: string, card: PriceCard, metered: readonly Metered[]): Usage | undefined {
  const known = metered.flatMap(({ meter, quantity }) => (quantity === null ? [] : [[meter, quantity] as const]));
  const switched = card.meters.filter(({ billedWhen }) => billedWhen?.switch === name).map((meter) => meter.name);
  if (!known.some(([meter, quantity]) => switched.includes(meter) && quantity.gt(ZERO))) return undefined;
  return Object.fromEntries(known.map(([meter, quantity]) => [meter, toDecimalString(quantity)]));
}

function cardOf({ card, charges }: Metered): PriceCard | undefined {
  try {
    return cardAt(card, charges[0]?.fromDay ?? "");
  } catch (error) {
    if (error instanceof PriceError) return undefined;
    throw error;
  }
}
