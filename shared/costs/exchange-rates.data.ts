/** Dated rates, in US dollars for one unit. None has a source yet: operators put their bank's or the ECB's here. */
export const RATES: readonly unknown[] = [
  {
    currency: "EUR",
    usd: "1.16",
    effectiveFrom: "2026-01-01",
    effectiveTo: null,
    evidence: { level: "R", source: "assumption: no dated rate is at hand; give yours with --rate EUR=…" },
  },
];
