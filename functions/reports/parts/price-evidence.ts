import type { EvidenceLevel, PriceCard } from "#shared/costs/price-card.ts";

/** How a price is known, in words. */
export const EVIDENCE_LEVELS: Readonly<Record<EvidenceLevel, string>> = {
  O: "the provider’s own page",
  C: "the provider’s page, seen through a copy",
  S: "a secondary source",
  R: "assumed: put your own contract in its place",
};

/** The days on which a card holds, the last one not included. */
export const spanOf = ({ effectiveFrom, effectiveTo }: PriceCard): string =>
  `${effectiveFrom === null ? "no start known" : `since ${effectiveFrom}`}${effectiveTo === null ? "" : `, until ${effectiveTo}`}`;
