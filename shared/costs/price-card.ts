import { z } from "zod";
import { DECIMAL } from "#shared/kernel/money.ts";

/** `2026-12-01`, a day that exists. Every boundary between prices is midnight UTC. */
export const IsoDate = z.iso.date();

const Quantity = z.string().regex(DECIMAL, 'write it as a plain decimal string, such as "0.0000003"');

/**
 * How a figure is known: O the provider's own page, C official content through a copy, S a secondary source,
 * R remembered or assumed: verify before relying on it.
 */
export const EvidenceLevel = z.enum(["O", "C", "S", "R"]);
export type EvidenceLevel = z.infer<typeof EvidenceLevel>;

export const Evidence = z.strictObject({ level: EvidenceLevel, source: z.string().min(1) });
export type Evidence = z.infer<typeof Evidence>;

/** One step of a graduated price. Steps are bounded by the quantity used; the allowance fills the lowest first. */
export const Tier = z.strictObject({
  /** Used quantity at which the step ends; null in the last one. */
  upTo: Quantity.nullable(),
  unitPrice: Quantity,
  evidence: Evidence.optional(),
});
export type Tier = z.infer<typeof Tier>;

/** How the provider counts what a meter's unit leaves open. In what unit quantities come, `unit` says. */
export const PeriodRule = z.enum(["calendar-month", "30-day-month", "730-hour-month", "744-hour-month"]);
export type PeriodRule = z.infer<typeof PeriodRule>;

/**
 * `usage` is priced by quantity; `flat` is a subscription or a fee per period; `plan` is one plan of several, whose
 * quantity is months of it; `covered` has no price of its own: plans include some of it, and more cannot be priced.
 */
export const MeterKind = z.enum(["usage", "flat", "plan", "covered"]);
export type MeterKind = z.infer<typeof MeterKind>;

/** What is counted, and what one unit of it costs. */
export const Meter = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.%-]*$/),
    kind: MeterKind,
    unit: z.string().min(1),
    description: z.string().min(1).optional(),
    /** In the card's currency; absent when `tiers` price it, and of a `covered` meter. */
    unitPrice: Quantity.optional(),
    /** Graduated: each step prices what falls into it. */
    tiers: z.array(Tier).min(1).optional(),
    /** Used before anything is billed, each month; none when absent. */
    included: Quantity.optional(),
    /** What is left after the allowance is billed in whole multiples of this; as it is when absent. */
    roundUpTo: Quantity.optional(),
    periodRule: PeriodRule.optional(),
    gigabyte: z.enum(["decimal", "binary"]).optional(),
    /** Of a plan: units of `covered` meters that one month of it includes. */
    includes: z.record(z.string(), Quantity).optional(),
    /** Billed under this option of a switch only; counted and free under any other. */
    billedWhen: z.strictObject({ switch: z.string(), option: z.string() }).optional(),
    /** Where the card's own is not what this meter's price was read from. */
    evidence: Evidence.optional(),
  })
  .superRefine((meter, context) => {
    const priced = Number(meter.unitPrice !== undefined) + Number(meter.tiers !== undefined);
    if (meter.kind === "covered" ? priced !== 0 : priced !== 1) {
      context.addIssue(`meter ${meter.name}: give either unitPrice or tiers, and neither for a covered meter`);
    }
    if (meter.roundUpTo !== undefined && Number(meter.roundUpTo) === 0) {
      context.addIssue(`meter ${meter.name}: roundUpTo must be above 0`);
    }
    meter.tiers?.forEach(({ upTo }, index, tiers) => {
      const isLast = index === tiers.length - 1;
      const before = tiers[index - 1]?.upTo;
      const isAscending = upTo === null || before === undefined || before === null || Number(upTo) > Number(before);
      if (isLast !== (upTo === null) || !isAscending) {
        context.addIssue(`meter ${meter.name}: tiers ascend, and the last one alone has upTo null`);
      }
    });
  });
export type Meter = z.infer<typeof Meter>;

/** A rule on which the provider contradicts itself, or that a contract decides: chosen by name, never silently. */
export const Switch = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  question: z.string().min(1),
  status: z.enum(["unsettled", "settled"]),
  options: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string().min(1)),
  default: z.string(),
});
export type Switch = z.infer<typeof Switch>;

/** What a plan refuses beyond: not a price, so the engine does not apply it. */
export const Limit = z.strictObject({
  plan: z.string().optional(),
  what: z.string().min(1),
  quantity: Quantity,
  per: z.enum(["invocation", "day", "month"]),
});
export type Limit = z.infer<typeof Limit>;

/** Values of FOCUS 1.4, ServiceCategory, that our services fall under. */
export const ServiceCategory = z.enum([
  "AI and Machine Learning",
  "Compute",
  "Databases",
  "Integration",
  "Management and Governance",
  "Networking",
  "Storage",
  "Other",
]);

/** The prices of one service for one span of time, as one file of `price-books`. */
export const PriceCard = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/),
    /** FOCUS ServiceProviderName. */
    provider: z.string().min(1),
    /** FOCUS ServiceName. */
    service: z.string().min(1),
    serviceCategory: ServiceCategory,
    region: z.string().optional(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** First day of these prices; null: no earlier start is known, and they are taken for as old as need be. */
    effectiveFrom: IsoDate.nullable(),
    /** First day on which they no longer hold; null: no end is announced. */
    effectiveTo: IsoDate.nullable(),
    /** The card that prices the same thing from `effectiveTo`. */
    succeededBy: z.string().optional(),
    evidence: Evidence,
    meters: z.array(Meter),
    /** What counts and what does not, in words: whoever makes the quantities follows them. */
    rules: z.array(z.string().min(1)).optional(),
    switches: z.array(Switch).optional(),
    limits: z.array(Limit).optional(),
  })
  .superRefine((card, context) => {
    const names = card.meters.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) context.addIssue(`meter ${twice} is there twice`);
    if (card.effectiveFrom !== null && card.effectiveTo !== null && card.effectiveFrom >= card.effectiveTo) {
      context.addIssue("effectiveFrom must be before effectiveTo");
    }
    const optionsOf = new Map(card.switches?.map(({ name, options }) => [name, Object.keys(options)]));
    for (const { name, options, default: chosen } of card.switches ?? []) {
      if (!(chosen in options)) context.addIssue(`switch ${name}: its default "${chosen}" is none of its options`);
    }
    for (const { name, billedWhen, includes } of card.meters) {
      if (billedWhen !== undefined && !optionsOf.get(billedWhen.switch)?.includes(billedWhen.option)) {
        context.addIssue(`meter ${name}: the card has no switch ${billedWhen.switch} with ${billedWhen.option}`);
      }
      for (const covered of Object.keys(includes ?? {})) {
        if (card.meters.find((meter) => meter.name === covered)?.kind !== "covered") {
          context.addIssue(`meter ${name} includes ${covered}, which is no covered meter of the card`);
        }
      }
    }
  });
export type PriceCard = z.infer<typeof PriceCard>;
