import { fromFemto, parseDecimal, toDecimalString, toFemto } from "#shared/kernel/money.ts";
import { largestRemainder } from "../ledger/largest-remainder.ts";

/** A row's money and quantity in whole units of 1e-15; null: not measured. */
export interface Amounts {
  quantity: bigint | null;
  listCost: bigint | null;
  effectiveCost: bigint | null;
}

const NOTHING: Amounts = { quantity: null, listCost: null, effectiveCost: null };

export const readAmounts = (row: {
  quantity: string | null;
  listCost: string | null;
  effectiveCost: string | null;
}): Amounts => ({
  quantity: whole(row.quantity),
  listCost: whole(row.listCost),
  effectiveCost: whole(row.effectiveCost),
});

const whole = (text: string | null): bigint | null => (text === null ? null : toFemto(parseDecimal(text)));

/** Splits amounts on by weight, each by largest remainder: the parts sum to the whole. */
export function splitAmounts(amounts: Amounts, weights: readonly bigint[]): Amounts[] {
  const split = (amount: bigint | null) => (amount === null ? undefined : largestRemainder(amount, weights));
  const quantity = split(amounts.quantity);
  const listCost = split(amounts.listCost);
  const effectiveCost = split(amounts.effectiveCost);
  return weights.map((_, i) => ({
    quantity: quantity?.[i] ?? null,
    listCost: listCost?.[i] ?? null,
    effectiveCost: effectiveCost?.[i] ?? null,
  }));
}

const plus = (a: bigint | null, b: bigint | null): bigint | null => (a === null ? b : b === null ? a : a + b);

/** null and nothing are nothing. */
export const addAmounts = (all: readonly Amounts[]): Amounts =>
  all.reduce(
    (sum, each) => ({
      quantity: plus(sum.quantity, each.quantity),
      listCost: plus(sum.listCost, each.listCost),
      effectiveCost: plus(sum.effectiveCost, each.effectiveCost),
    }),
    NOTHING,
  );

export const toText = (amount: bigint | null): string | null =>
  amount === null ? null : toDecimalString(fromFemto(amount));
