import { type Decimal, divide, parseDecimal, ZERO } from "#shared/kernel/money.ts";
import { allocationKey, meterRule, TOKEN_METERS } from "../meter-rules.ts";
import type { Meter } from "../price-card.ts";
import type { ChargeBase } from "./charge.ts";
import type { EvidenceClass } from "./evidence.ts";
import { type FunctionSums, meterQuantity } from "./meter-quantity.ts";
import { countDays, overlap } from "./month.ts";
import type { Reading } from "./readings.ts";
import type { Segment } from "./segments.ts";

/** What was used of one meter in a segment. */
export interface SegmentQuantity {
  meter: Meter;
  /** null: not measured. */
  used: Decimal | null;
  evidence: EvidenceClass;
  unmeasured: number;
  isRead: boolean;
  base: ChargeBase;
}

export interface SegmentUsage {
  segment: Segment;
  usage: readonly FunctionSums[];
  /** Of a language model's card. */
  tokens: { input_tokens: string; output_tokens: string } | undefined;
}

const whole = (count: number): Decimal => parseDecimal(String(count));

/**
 * The quantities of a card's meters: what was read goes before what was counted, fixed ones are the account's. A plan
 * or fee that the account does not name is not contracted; a usage meter of which nothing is known is not measured.
 */
export function quantitiesOf(
  { segment, usage, tokens }: SegmentUsage,
  readings: readonly Reading[],
): SegmentQuantity[] {
  const { account, card } = segment;
  return card.meters.flatMap((meter): SegmentQuantity[] => {
    const rule = meterRule(card.id, meter.name);
    const counted = rule && meterQuantity(rule, usage);
    const key: ChargeBase = { kind: "key", key: allocationKey(card.id) };
    const read = readingOf(segment, meter.name, readings);
    if (read !== undefined) {
      const base: ChargeBase = rule && counted?.quantity.gt(ZERO) ? { kind: "counted", rule } : key;
      return [{ meter, used: read.quantity, evidence: read.evidence, unmeasured: 0, isRead: true, base }];
    }
    const fixed = account.fixed.find((one) => one.card === card.id && one.meter === meter.name);
    if (fixed !== undefined) {
      const used = divide(parseDecimal(fixed.quantity).times(whole(segment.days)), whole(segment.ofDays));
      return [{ meter, used, evidence: "flat", unmeasured: 0, isRead: false, base: key }];
    }
    const column = TOKEN_METERS[meter.name as keyof typeof TOKEN_METERS] as
      | "input_tokens"
      | "output_tokens"
      | undefined; // safe: undefined when it is none of them
    if (tokens !== undefined && column !== undefined) {
      const [provider = "", model = ""] = card.id.split("/");
      const base: ChargeBase = { kind: "tokens", provider, model, column };
      return [{ meter, used: parseDecimal(tokens[column]), evidence: "metered", unmeasured: 0, isRead: false, base }];
    }
    if (rule !== undefined && counted !== undefined) {
      const used = counted.evidence === "unknown" ? null : counted.quantity;
      const { evidence, unmeasured } = counted;
      return [{ meter, used, evidence, unmeasured, isRead: false, base: { kind: "counted", rule } }];
    }
    if (meter.kind !== "usage" && meter.kind !== "covered") return [];
    return [{ meter, used: null, evidence: "unknown", unmeasured: 0, isRead: false, base: { kind: "none" } }];
  });
}

/** Readings of a meter in a segment, one that reaches beyond it by its share of days. */
function readingOf({ account, card, from, to }: Segment, meter: string, readings: readonly Reading[]) {
  let quantity = ZERO;
  let evidence: "metered" | "estimated" | undefined;
  for (const reading of readings) {
    if (reading.accountId !== account.id || reading.card !== card.id || reading.meter !== meter) continue;
    const shared = overlap({ from, to }, { from: reading.fromDay, to: reading.toDay });
    if (shared === undefined) continue;
    const days = whole(countDays(reading.fromDay, reading.toDay));
    const part = parseDecimal(reading.quantity).times(whole(countDays(shared.from, shared.to)));
    quantity = quantity.plus(divide(part, days));
    evidence = evidence === "estimated" ? evidence : reading.evidence;
  }
  return evidence && { quantity, evidence };
}
