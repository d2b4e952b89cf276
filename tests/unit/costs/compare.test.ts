import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawBreakEven } from "#hosts/costs/draw-break-even.ts";
import { readStack, readWorkload, shippedNames } from "#hosts/costs/read-compared.ts";
import { findBreakEven } from "#shared/costs/compare/break-even.ts";
import { compareStacks, savedPercent } from "#shared/costs/compare/compare-stacks.ts";
import { tryPriceStack } from "#shared/costs/compare/price-stack.ts";
import { type Formula, resolveVolumes, Volume } from "#shared/costs/compare/quantity.ts";
import { Stack } from "#shared/costs/compare/stack.ts";
import { testClaim } from "#shared/costs/compare/test-claim.ts";
import { Workload } from "#shared/costs/compare/workload.ts";

const volume = (value: Formula) => ({ value, unit: "things", about: "of the test" });
const workload = Workload.parse({
  id: "w",
  name: "W",
  about: "of the test",
  date: "2026-10-15",
  scale: "users",
  volumes: {
    users: volume("1000"),
    perUser: { low: "10000", high: "20000", unit: "requests", about: "of the test" },
    requests: volume({ product: ["users", "perUser"] }),
    runs: volume({ product: ["users", "10"] }),
  },
  assumptions: ["none"],
});
const stack = (id: string, cards: object[]) =>
  Stack.parse({ id, name: id, about: "of the test", cards, exclusions: ["everything else"] });
/** $5 and $0.30 for each million beyond ten. */
const workers = stack("workers", [
  { card: "cloudflare/workers-paid", usage: { subscription: "1", requests: "requests" } },
]);
/** $20 for each thousand users begun. */
const machines = stack("machines", [
  { card: "self-hosted/machine", usage: { "machine-months": { ceil: { quotient: ["users", "1000"] } } } },
]);
const cloud = stack("cloud", [
  { card: "n8n/cloud", usage: { executions: "runs" }, cheapestOf: ["starter-annual", "pro-annual", "business-annual"] },
]);
const rates = [
  {
    currency: "EUR",
    usd: "1.2",
    effectiveFrom: null,
    effectiveTo: null,
    evidence: { level: "R", source: "test" },
  } as const,
];

describe("a comparison", () => {
  it("prices both stacks at both ends, with the difference and its share of the first", () => {
    const made = compareStacks({ workload, stackA: machines, stackB: workers });
    // 10 to 20 million requests: 5.00 to 5 + 10 × 0.30 = 8.00; a thousand users: one machine.
    expect(made).toMatchObject({
      date: "2026-10-15",
      a: { total: { low: "20.00", high: "20.00" } },
      b: { total: { low: "5.00", high: "8.00" } },
      difference: { low: "15.00", high: "12.00" },
      savedPercent: { low: "75.0", high: "60.0" },
    });
    expect(made.b.lines.find(({ meter }) => meter === "requests")).toMatchObject({
      used: { low: "10000000", high: "20000000" },
      billable: { low: "0", high: "10000000" },
      amount: { low: "0.00", high: "3.00" },
      priceFrom: "2024-03-01",
      evidence: { level: "O" },
    });
    expect(made.b.cardHashes["cloudflare/workers-paid"]).toMatch(/^[0-9a-f]{64}$/);
    expect(made.volumes.find(({ name }) => name === "requests")).toMatchObject({ low: "10000000", high: "20000000" });
  });

  it("takes the cheapest plan that covers the usage, in dollars at the rate given", () => {
    const at = (users: string) => tryPriceStack({ workload, stack: cloud, corner: "low", given: { users }, rates });
    expect(at("250")).toMatchObject({ total: "24.00" }); // 2,500 runs: Starter, 20 EUR
    expect(at("251")).toMatchObject({ total: "60.00" }); // Pro, 50 EUR
    expect(at("4000")).toMatchObject({ total: "800.40" }); // Business, 667 EUR
    expect(at("4001")).toMatchObject({ reason: expect.stringContaining("40010 executions") });
  });

  it("has no difference where a stack has no price, and says why", () => {
    const made = compareStacks({ workload, stackA: cloud, stackB: workers, rates });
    expect(made.difference).not.toBeNull();
    const large = { ...workload, volumes: { ...workload.volumes, users: volume("5000") } };
    const none = compareStacks({ workload: large, stackA: cloud, stackB: workers, rates });
    expect(none).toMatchObject({
      difference: null,
      a: { total: { low: null, high: null }, reason: expect.stringContaining("n8n/cloud") },
    });
  });

  it("takes the card that holds on the day where a service is billed in another way from a day on", async () => {
    const logs = stack("logs", [
      { card: "cloudflare/workers-logs", to: "2026-12-01", usage: { "log-events": "30000000" } },
      { card: "cloudflare/observability", from: "2026-12-01", usage: { ingestion: "150" } },
    ]);
    const total = (date: string) => compareStacks({ workload, stackA: logs, stackB: workers, date }).a.total.low;
    expect(total("2026-11-30")).toBe("6.00");
    expect(total("2026-12-01")).toBe("25.00");
  });

  it.each([
    ["100", "23", "77.0"],
    ["1770", "416", "76.5"],
    ["1747", "393", "77.5"],
    ["100", "150", "-50.0"],
    ["0", "5", "0.0"],
  ])("of %s with %s left saves %s %%", (a, b, percent) => {
    expect(savedPercent(a, b)).toBe(percent);
  });
});

describe("the break-even", () => {
  it("is the first volume at which the other one is cheaper", () => {
    // 5 + 0.30 for each million beyond ten, against 20.00.
    const oneMachine = stack("one", [{ card: "self-hosted/machine", usage: { "machine-months": "1" } }]);
    const made = findBreakEven(
      { workload, stackA: oneMachine, stackB: workers },
      { from: 100, to: 100_000, points: 4 },
    );
    expect(made.points.map((point) => point.volume)).toEqual([100, 1000, 10_000, 100_000]);
    expect(made.points[3]).toMatchObject({ a: { low: "20.00" }, b: { low: "302.00", high: "602.00" } });
    // 5 + 0.30 × (users × 10,000 - 10 million) / million > 20.00: from 6,002 users on (20.006, which rounds to 20.01).
    expect(made.crossings).toEqual([
      { corner: "low", volume: 6002, cheaper: "one" },
      { corner: "high", volume: 3001, cheaper: "one" },
    ]);
  });

  it("finds the volumes at which a claim would hold, and says so when there is one", () => {
    const claim = (b: [string, string]) =>
      testClaim({ workload, stackA: machines, stackB: workers }, { a: ["100.00", "100.00"], b });
    // Five machines from 4,001 users on: 5 + 0.3 × 30.01 = 14.003.
    expect(claim(["14.00", "14.10"]).points[0]).toMatchObject({
      stack: "machines",
      corner: "low",
      volume: 4001,
      a: "100.00",
      b: "14.00",
      savedPercent: "86.0",
      isMet: true,
    });
    expect(claim(["50.00", "51.00"]).points.some(({ isMet }) => isMet)).toBe(false);
  });

  it("is drawn as a picture of its own, without a script", () => {
    const made = findBreakEven({ workload, stackA: machines, stackB: workers }, { from: 100, to: 100_000, points: 4 });
    const svg = drawBreakEven(made, { a: "Machines", b: "Workers" }, 1000);
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain("Machines, low end");
    expect(svg).not.toContain("<script");
  });
});

describe("quantities", () => {
  it("name what is missing and what is made of itself", () => {
    expect(() => resolveVolumes({}, "low")("users")).toThrow('there is no volume "users"');
    const circle = { a: volume("b"), b: volume({ sum: ["a", "1"] }) };
    expect(() => resolveVolumes(circle, "low")("a")).toThrow('volume "a" is made of itself');
    expect(Volume.safeParse({ low: "2", high: "1", unit: "x", about: "x" }).success).toBe(false);
    expect(Volume.safeParse({ low: "2", unit: "x", about: "x" }).success).toBe(false);
  });

  it("never fall when the scale grows, so more use never costs less", () => {
    const shipped = shippedNames()
      .stacks.filter((name) => name !== "rainwire-cloudflare-n8n-cloud")
      .map(readStack);
    const claim = readWorkload("claim-750-users");
    const users = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(
        users,
        users,
        fc.constantFrom(...shipped),
        fc.constantFrom("low", "high" as const),
        (a, b, each, corner) => {
          const total = (count: number) => {
            const priced = tryPriceStack({ workload: claim, stack: each, corner, given: { users: String(count) } });
            return "total" in priced ? Number(priced.total) : Number.NaN;
          };
          expect(total(Math.min(a, b))).toBeLessThanOrEqual(total(Math.max(a, b)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the claim of 77 % and $1,354 with 750 users", () => {
  it("is priced on every stack that ships", () => {
    const claim = readWorkload("claim-750-users");
    const totals = new Map<string, object>();
    for (const name of shippedNames().stacks) {
      const made = compareStacks({
        workload: claim,
        stackA: readStack(name),
        stackB: readStack("rainwire-cloudflare"),
      });
      totals.set(name, made.a.total);
    }
    expect(Object.fromEntries(totals)).toMatchObject({
      "rainwire-cloudflare": { low: "34.94", high: "114.75" },
      "rainwire-self-hosted": { low: "20.00", high: "20.00" },
      "rainwire-cloudflare-n8n-cloud": { high: null },
    });
  });

  it("does not hold at any volume, always-on AWS against Cloudflare", () => {
    const input = {
      workload: readWorkload("claim-750-users"),
      stackA: readStack("aws-always-on"),
      stackB: readStack("rainwire-cloudflare"),
    };
    const { points } = testClaim(input, { a: ["1747", "1770"], b: ["393", "416"] });
    expect(points).toHaveLength(4);
    expect(points.some(({ isMet }) => isMet)).toBe(false);
  });
});
