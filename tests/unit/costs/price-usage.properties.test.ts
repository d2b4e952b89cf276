import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PRICE_BOOK } from "#shared/costs/price-book.ts";
import { priceUsage } from "#shared/costs/price-usage.ts";
import { parseDecimal, roundToCents, toDecimalString, ZERO } from "#shared/kernel/money.ts";

const METERS = PRICE_BOOK.flatMap((card) =>
  card.meters.filter(({ kind }) => kind !== "covered").map((meter) => ({ card, meter: meter.name })),
);
const priced = fc.constantFrom(...METERS);
/** Thousandths, from nothing to beyond every tier. */
const thousandths = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 10n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));

const quantity = (count: bigint): string => {
  const digits = count.toString().padStart(4, "0");
  return toDecimalString(parseDecimal(`${digits.slice(0, -3)}.${digits.slice(-3)}`));
};
const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total.plus(parseDecimal(amount)), ZERO);

describe("whatever the card and the quantity", () => {
  it("costs no less when more is used", () => {
    fc.assert(
      fc.property(priced, thousandths, thousandths, ({ card, meter }, some, more) => {
        const less = priceUsage(card, { [meter]: quantity(some) });
        const all = priceUsage(card, { [meter]: quantity(some + more) });
        expect(parseDecimal(all.total).gte(parseDecimal(less.total))).toBe(true);
        expect(
          sum(all.lines.map((line) => line.amountExact)).gte(sum(less.lines.map((line) => line.amountExact))),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("bills nothing within the allowance, and the whole surplus at least beyond it", () => {
    fc.assert(
      fc.property(priced, thousandths, ({ card, meter }, count) => {
        const used = parseDecimal(quantity(count));
        const included = parseDecimal(card.meters.find(({ name }) => name === meter)?.included ?? "0");
        const billable = sum(priceUsage(card, { [meter]: quantity(count) }).lines.map((line) => line.billable));
        if (used.lte(included)) expect(billable.eq(ZERO)).toBe(true);
        else expect(billable.gte(used.minus(included))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("has lines whose used quantities sum to what was used, whose amounts are price times quantity, once rounded", () => {
    fc.assert(
      fc.property(priced, thousandths, ({ card, meter }, count) => {
        const { lines, total } = priceUsage(card, { [meter]: quantity(count) });
        expect(sum(lines.map(({ used }) => used)).eq(parseDecimal(quantity(count)))).toBe(true);
        for (const { billable, unitPrice, amountExact, amount } of lines) {
          expect(parseDecimal(billable).times(parseDecimal(unitPrice)).eq(parseDecimal(amountExact))).toBe(true);
          expect(roundToCents(parseDecimal(amountExact))).toBe(amount);
        }
        expect(roundToCents(sum(lines.map(({ amount }) => amount)))).toBe(total);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same however the month's records are cut before they are summed", () => {
    fc.assert(
      fc.property(priced, fc.array(thousandths, { maxLength: 20 }), fc.nat(), ({ card, meter }, records, seed) => {
        const whole = records.reduce((total, record) => total + record, 0n);
        const cut = records.length === 0 ? 0 : seed % records.length;
        const parts = [records.slice(0, cut), records.slice(cut)].map((part) => sum(part.map(quantity)));
        const joined = parts.reduce((total, part) => total.plus(part), ZERO);
        expect(priceUsage(card, { [meter]: toDecimalString(joined) })).toEqual(
          priceUsage(card, { [meter]: quantity(whole) }),
        );
      }),
    );
  });

  it("prices meters alone as it does together, in the card's order", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PRICE_BOOK), thousandths, (card, count) => {
        const names = card.meters.filter(({ kind }) => kind !== "covered").map(({ name }) => name);
        const together = priceUsage(
          card,
          Object.fromEntries(names.toReversed().map((name) => [name, quantity(count)])),
        );
        expect(together.lines).toEqual(names.flatMap((name) => priceUsage(card, { [name]: quantity(count) }).lines));
      }),
    );
  });
});
