import type { Charge, ChargeLine, ChargeWithLines } from "#shared/costs/focus-export/charge.ts";

/** 15 million requests of October, 10 million of them included: $1.50. */
export const REQUESTS: Charge = {
  id: "00000000-0000-4000-8000-000000000001",
  period: "2026-10",
  fromDay: "2026-10-01",
  toDay: "2026-11-01",
  accountId: "cloudflare-main",
  accountName: "Cloudflare, main",
  provider: "Cloudflare",
  service: "Workers",
  card: "cloudflare/workers-paid",
  cardHash: "ab".repeat(32),
  priceDate: "2024-03-01",
  meter: "requests",
  tier: 0,
  kind: "usage",
  unit: "Requests",
  evidence: "metered",
  priceLevel: "O",
  priceSource: "cloudflare-docs",
  spread: "pro_rata",
  used: "15000000",
  included: "10000000",
  billable: "5000000",
  unitPrice: "0.0000003",
  currency: "USD",
  amount: "1.50",
  exchangeRate: "1",
  exchangeDate: null,
  problem: null,
  correctionOf: null,
  correctionReason: null,
  createdAt: new Date("2026-11-02T03:04:05.678Z"),
};

export const FEE: Charge = {
  ...REQUESTS,
  id: "00000000-0000-4000-8000-000000000002",
  meter: "subscription",
  kind: "flat",
  unit: "Months",
  evidence: "flat",
  used: "1",
  included: "0",
  billable: "1",
  unitPrice: "5",
  amount: "5.00",
};

export const line = (change: Partial<ChargeLine> = {}): ChargeLine => ({
  chargeId: REQUESTS.id,
  position: 0,
  day: "2026-10-15",
  function: "api",
  tenantId: "acme",
  tenantName: "Acme",
  workflowId: null,
  evidence: "metered",
  isAllocated: true,
  quantity: "1",
  listCost: "0",
  effectiveCost: "0",
  ...change,
});

export const charged = (
  charge: Charge,
  lines: readonly Partial<ChargeLine>[],
  change: Partial<ChargeWithLines> = {},
): ChargeWithLines => ({
  charge,
  lines: lines.map((given, position) => line({ ...given, chargeId: charge.id, position })),
  roundUpTo: undefined,
  serviceCategory: "Compute",
  ...change,
});
