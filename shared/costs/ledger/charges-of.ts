import { derivedId } from "#shared/kernel/id.ts";
import { type Decimal, parseDecimal, roundToCents, toDecimalString, toFemto, ZERO } from "#shared/kernel/money.ts";
import { exchangeRateAt } from "../exchange-rates.ts";
import { hashCard } from "../price-book.ts";
import type { PriceCard } from "../price-card.ts";
import { PriceError } from "../price-error.ts";
import { type PricedLine, type PricedUsage, priceUsage } from "../price-usage.ts";
import type { Charge } from "./charge.ts";
import { quantitiesOf, type SegmentQuantity, type SegmentUsage } from "./quantities.ts";
import type { Reading } from "./readings.ts";
import type { Segment } from "./segments.ts";

/**
 * The charges of a period: what each card of each account makes of the usage, one line for each meter and tier. A
 * month's allowance and tiers run through the segments of a card in order of time: what a segment costs is what the
 * month costs up to its end by its card, less what it costs up to its beginning by the same.
 */
export function chargesOf(period: string, segments: readonly SegmentUsage[], readings: readonly Reading[]): Charge[] {
  const before = new Map<string, ReadonlyMap<string, Decimal>>(); // by account and card: what its earlier segments used
  const charges: Charge[] = [];
  for (const used of segments) {
    const { segment } = used;
    const key = `${segment.account.id} ${segment.card.id}`;
    const earlier = before.get(key) ?? new Map<string, Decimal>();
    const quantities = quantitiesOf(used, readings);
    charges.push(...chargesOfSegment(period, segment, quantities, earlier));
    const sums = new Map(earlier);
    for (const { meter, used: quantity } of quantities) {
      if (quantity !== null) sums.set(meter.name, (sums.get(meter.name) ?? ZERO).plus(quantity));
    }
    before.set(key, sums);
  }
  return charges;
}

function chargesOfSegment(
  period: string,
  segment: Segment,
  quantities: readonly SegmentQuantity[],
  earlier: ReadonlyMap<string, Decimal>,
): Charge[] {
  const { account, card, from, to } = segment;
  const cardHash = hashCard(card);
  const rate = card.currency === "USD" ? undefined : exchangeRateAt(card.currency, from);
  const exchangeRate = parseDecimal(rate?.usd ?? "1");
  const { priced, problems } = priceSegment(card, quantities, earlier, account.switches[card.id]);

  const charges: Charge[] = [];
  for (const quantity of quantities) {
    const { meter, evidence, unmeasured, isRead, base } = quantity;
    const common = {
      period,
      fromDay: from,
      toDay: to,
      accountId: account.id,
      hosts: account.hosts,
      spread: account.spread,
      provider: card.provider,
      service: card.service,
      card: card.id,
      cardHash,
      priceDate: card.effectiveFrom,
      meter: meter.name,
      kind: meter.kind,
      unit: meter.unit,
      evidence,
      isRead,
      currency: card.currency,
      exchangeRate,
      exchangeDate: rate === undefined ? null : from,
      unmeasured,
      base,
    };
    const idOf = (tier: number) =>
      derivedId("charge", period, from, account.id, card.id, card.effectiveFrom ?? "", meter.name, String(tier));
    const lines = priced.filter((line) => line.meter === meter.name);
    if (lines.length === 0) {
      const known = meter.evidence ?? card.evidence;
      charges.push({
        ...common,
        ...UNPRICED,
        id: idOf(0),
        tier: 0,
        priceLevel: known.level,
        priceSource: known.source,
        used: quantity.used,
        unitPrice: meter.unitPrice === undefined ? null : parseDecimal(meter.unitPrice),
        problem: problems.get(meter.name) ?? null,
      });
      continue;
    }
    for (const line of lines) {
      if (line.used.eq(ZERO) && line.amountExact.eq(ZERO) && (unmeasured === 0 || line.tier > 1)) continue;
      const amount = roundToCents(line.amountExact);
      const isMarginal = meter.kind === "usage" && line.isBilled;
      charges.push({
        ...common,
        id: idOf(line.tier),
        tier: line.tier,
        priceLevel: line.evidence.level,
        priceSource: line.evidence.source,
        used: line.used,
        included: line.included,
        billable: line.billable,
        unitPrice: line.unitPrice,
        amountExact: line.amountExact,
        amount,
        billedFemto: toFemto(parseDecimal(amount).times(exchangeRate)),
        listFemto: isMarginal ? toFemto(line.used.times(line.unitPrice).times(exchangeRate)) : 0n,
        billedFrom: line.billedFrom,
        billedTo: line.billedTo,
        unmeasured: line.tier > 1 ? 0 : unmeasured,
        problem: null,
      });
    }
  }
  return charges;
}

const UNPRICED = {
  included: null,
  billable: null,
  amountExact: null,
  amount: null,
  billedFemto: null,
  listFemto: null,
  billedFrom: ZERO,
  billedTo: null,
} as const;

/** A priced line less what the segments before it made of the same meter and tier. */
interface SegmentLine {
  meter: string;
  tier: number;
  used: Decimal;
  included: Decimal;
  billable: Decimal;
  unitPrice: Decimal;
  amountExact: Decimal;
  isBilled: boolean;
  billedFrom: Decimal;
  billedTo: Decimal | null;
  evidence: PricedLine["evidence"];
}

function priceSegment(
  card: PriceCard,
  quantities: readonly SegmentQuantity[],
  earlier: ReadonlyMap<string, Decimal>,
  switches: Readonly<Record<string, string>> | undefined,
): { priced: SegmentLine[]; problems: ReadonlyMap<string, string> } {
  const known = quantities.filter(({ used }) => used !== null);
  const problems = new Map<string, string>();
  const price = (isUpToEnd: boolean): PricedUsage => {
    const usage = Object.fromEntries(
      known
        .filter(({ meter }) => !problems.has(meter.name) && (isUpToEnd || meter.kind !== "covered"))
        .map(({ meter, used }) => {
          const first = earlier.get(meter.name) ?? ZERO;
          return [meter.name, toDecimalString(isUpToEnd ? first.plus(used ?? ZERO) : first)];
        }),
    );
    return priceUsage(card, usage, { switches });
  };
  const settle = (): PricedUsage => {
    try {
      return price(true);
    } catch (error) {
      if (!(error instanceof PriceError)) throw error;
      // Only covered meters can be beyond what has a price; without them the rest of the card is priced all the same.
      const culprits = known.filter(({ meter }) => meter.kind === "covered" && !problems.has(meter.name));
      const all = culprits.length > 0 ? culprits : known;
      for (const { meter } of all) problems.set(meter.name, error.message);
      return price(true);
    }
  };
  const end = settle();
  const start = new Map(price(false).lines.map((line) => [`${line.meter} ${line.tier?.number ?? 0}`, line]));
  const priced = end.lines.map((line): SegmentLine => {
    const tier = line.tier?.number ?? 0;
    const first = start.get(`${line.meter} ${tier}`);
    const less = (name: "used" | "billable" | "amountExact") =>
      parseDecimal(line[name]).minus(parseDecimal(first?.[name] ?? "0"));
    const usedBefore = earlier.get(line.meter) ?? ZERO;
    const own = (bound: Decimal) => (bound.gt(usedBefore) ? bound.minus(usedBefore) : ZERO);
    const included = parseDecimal(line.included);
    const tierFrom = parseDecimal(line.tier?.from ?? "0");
    const upTo = line.tier?.upTo ?? null;
    const meter = card.meters.find(({ name }) => name === line.meter);
    const { billedWhen } = meter ?? {};
    return {
      meter: line.meter,
      tier,
      used: tier === 0 ? parseDecimal(line.used).minus(usedBefore) : less("used"),
      included: tier === 0 ? own(included) : included,
      billable: less("billable"),
      unitPrice: parseDecimal(line.unitPrice),
      amountExact: less("amountExact"),
      isBilled:
        billedWhen === undefined ||
        end.switches.some(({ name, option }) => name === billedWhen.switch && option === billedWhen.option),
      billedFrom: own(tierFrom.plus(included)),
      billedTo: upTo === null ? null : own(parseDecimal(upTo)),
      evidence: line.evidence,
    };
  });
  return { priced, problems };
}
