import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CostAccount, type CostAccountInput } from "#shared/costs/ledger/accounts.ts";
import type { Charge } from "#shared/costs/ledger/charge.ts";
import { chargesOf } from "#shared/costs/ledger/charges-of.ts";
import type { FunctionSums } from "#shared/costs/ledger/meter-quantity.ts";
import { segmentsOf } from "#shared/costs/ledger/segments.ts";
import { PRICE_BOOK } from "#shared/costs/price-book.ts";
import type { PriceCard } from "#shared/costs/price-card.ts";
import { USAGE_SUMS } from "#shared/costs/usage-sums.ts";

const sums = (change: Partial<FunctionSums>): FunctionSums =>
  ({ ...Object.fromEntries(USAGE_SUMS.map((name) => [name, "0"])), function: "api", ...change }) as FunctionSums; // safe: every sum is there

const CARD: PriceCard = {
  id: "acme/calls",
  provider: "Acme",
  service: "Calls",
  serviceCategory: "Compute",
  currency: "USD",
  effectiveFrom: null,
  effectiveTo: "2026-10-16",
  evidence: { level: "O", source: "a test" },
  meters: [{ name: "fee", kind: "flat", unit: "Months", unitPrice: "31" }],
};

const account = (change: Partial<CostAccountInput>): CostAccount =>
  CostAccount.parse({ id: "a", name: "A", cards: ["cloudflare/workers-paid"], ...change });

function price(of: CostAccount, period: string, usage: readonly FunctionSums[][], book = PRICE_BOOK): Charge[] {
  const segments = segmentsOf(of, period, book);
  return chargesOf(
    period,
    segments.map((segment, i) => ({ segment, usage: usage[i] ?? [], tokens: undefined })),
    [],
  );
}

const brief = ({ meter, fromDay, used, billable, amount }: Charge) => [
  meter,
  fromDay,
  used?.toFixed(),
  billable?.toFixed(),
  amount,
];

describe("charges of a period", () => {
  it("are Cloudflare's own example: 15 million requests of 7 ms cost 8.00 with the subscription", () => {
    const of = account({ fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }] });
    const charges = price(of, "2026-10", [[sums({ requests: "15000000", cpuMeasuredUs: "105000000000" })]]);
    expect(charges.map(brief)).toEqual([
      ["subscription", "2026-10-01", "1", "1", "5.00"],
      ["requests", "2026-10-01", "15000000", "5000000", "1.50"],
      ["cpu-ms", "2026-10-01", "105000000", "75000000", "1.50"],
    ]);
  });

  it("follow an account from a card to its successor: log events until November, gigabytes from December", () => {
    const of = account({ cards: ["cloudflare/workers-logs", "cloudflare/observability"] });
    const usage = [[sums({ logEvents: "30000000", logBytes: "60000000000" })]];
    expect(price(of, "2026-11", usage).map(brief)).toEqual([
      ["log-events", "2026-11-01", "30000000", "10000000", "6.00"],
    ]);
    expect(price(of, "2026-12", usage).map(brief)).toEqual([
      ["ingestion", "2026-12-01", "60", "10", "2.50"],
      ["storage", "2026-12-01", undefined, undefined, null],
    ]);
  });

  it("split where a price changes in mid-period: fees by days, the month's allowance in order of time", () => {
    const usage = { name: "requests", kind: "usage", unit: "Requests", unitPrice: "1", included: "10" } as const;
    const book: PriceCard[] = [
      { ...CARD, id: "cloudflare/workers-paid", meters: [...CARD.meters, usage] },
      {
        ...CARD,
        id: "cloudflare/workers-paid",
        effectiveFrom: "2026-10-16",
        effectiveTo: null,
        meters: [...CARD.meters, { ...usage, unitPrice: "2" }],
      },
    ];
    const of = account({ fixed: [{ card: "cloudflare/workers-paid", meter: "fee", quantity: "1" }] });
    const charges = price(of, "2026-10", [[sums({ requests: "7" })], [sums({ requests: "5" })]], book);
    expect(
      charges.map(({ meter, fromDay, toDay, included, billable, amount }) => [
        meter,
        fromDay,
        toDay,
        included?.toFixed(),
        billable?.toFixed(),
        amount,
      ]),
    ).toEqual([
      ["fee", "2026-10-01", "2026-10-16", "0", "0.4838709677419354838709677419", "15.00"],
      ["requests", "2026-10-01", "2026-10-16", "10", "0", "0.00"],
      ["fee", "2026-10-16", "2026-11-01", "0", "0.5161290322580645161290322581", "16.00"],
      ["requests", "2026-10-16", "2026-11-01", "3", "2", "4.00"], // 12 used, 10 free: the last two at the new price
    ]);
  });

  it("say what was not measured, and never that it was nothing", () => {
    const [requests, cpu] = price(account({}), "2026-10", [[sums({ requests: "3", cpuUnmeasured: "3" })]]);
    expect(requests).toMatchObject({ meter: "requests", evidence: "metered", unmeasured: 0 });
    expect(cpu).toMatchObject({
      meter: "cpu-ms",
      evidence: "unknown",
      used: null,
      amount: null,
      billedFemto: null,
      unmeasured: 3,
    });
  });

  it("price what is beyond a plan nowhere, and say why", () => {
    const of = account({
      cards: ["n8n/cloud"],
      fixed: [{ card: "n8n/cloud", meter: "starter-monthly", quantity: "1" }],
    });
    const charges = price(of, "2026-10", [[sums({ function: "deliver-webhook", outgoingCalls: "2501" })]]);
    expect(charges.map(({ meter, amount, currency }) => [meter, amount, currency])).toEqual([
      ["starter-monthly", "24.00", "EUR"],
      ["executions", null, "EUR"],
    ]);
    expect(charges[1]?.problem).toContain("2500");
    expect(charges[0]?.billedFemto).toBe(27_840_000_000_000_000n); // at 1.16
  });

  it("never cost less for more usage", async () => {
    const quantity = fc.integer({ min: 0, max: 40_000_000 });
    await fc.assert(
      fc.asyncProperty(quantity, quantity, async (requests, more) => {
        const cost = async (count: number) =>
          price(account({}), "2026-10", [
            [sums({ requests: String(count), cpuMeasuredUs: String(count * 1000) })],
          ]).reduce((sum, { billedFemto }) => sum + (billedFemto ?? 0n), 0n);
        expect(await cost(requests + more)).toBeGreaterThanOrEqual(await cost(requests));
      }),
      { numRuns: 50 },
    );
  });
});
