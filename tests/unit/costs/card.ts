import { type Meter, PriceCard } from "#shared/costs/price-card.ts";

/** A card of its own for a test, with these meters. */
export const cardOf = (meters: readonly Meter[], more: Partial<PriceCard> = {}): PriceCard =>
  PriceCard.parse({
    id: "test/card",
    provider: "Test",
    service: "Test",
    serviceCategory: "Other",
    currency: "USD",
    effectiveFrom: null,
    effectiveTo: null,
    evidence: { level: "R", source: "made for a test" },
    meters,
    ...more,
  });

export const meterOf = (more: Partial<Meter>): Meter => ({ name: "m", kind: "usage", unit: "Units", ...more });
