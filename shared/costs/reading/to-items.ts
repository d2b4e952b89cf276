import type { CostFigures, CostItem } from "../read-costs.ts";
import type { CellRow } from "./cell-rows.ts";
import { type Amounts, addAmounts, toText } from "./row-shares.ts";

/** Shares as items, those of one charge, function and evidence summed. What is nothing at all is left out. */
export function toItems(shares: readonly { row: CellRow; amounts: Amounts }[]): CostItem[] {
  const grouped = new Map<string, { row: CellRow; amounts: Amounts[] }>();
  for (const { row, amounts } of shares) {
    const key = JSON.stringify([row.item.chargeId, row.item.function, row.item.evidence]);
    const group = grouped.get(key) ?? { row, amounts: [] };
    group.amounts.push(amounts);
    grouped.set(key, group);
  }
  return [...grouped.values()].flatMap(({ row, amounts }) => {
    const { quantity, listCost, effectiveCost } = addAmounts(amounts);
    const isNothing = (quantity ?? 0n) === 0n && (listCost ?? 0n) === 0n && (effectiveCost ?? 0n) === 0n;
    if (isNothing && row.item.evidence !== "unknown") return [];
    return [
      { ...row.item, quantity: toText(quantity), listCost: toText(listCost), effectiveCost: toText(effectiveCost) },
    ];
  });
}

/** The sums over items; null where none has a figure. */
export function sumItems(shares: readonly { amounts: Amounts }[]): CostFigures {
  const { listCost, effectiveCost } = addAmounts(shares.map(({ amounts }) => amounts));
  return { listCost: toText(listCost), effectiveCost: toText(effectiveCost) };
}
