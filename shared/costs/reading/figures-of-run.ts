import type { EvidenceClass } from "../ledger/evidence.ts";
import type { CostFilter, CostReader } from "../read-costs.ts";
import type { FigureRow } from "./figures.ts";
import { sharesOfRun } from "./of-run.ts";
import { type Amounts, addAmounts, toText } from "./row-shares.ts";
import { tenantOf } from "./where-costs.ts";

/** Where a share of a run belongs. */
export interface RunRow {
  function: string | null;
  tenantId: string | null;
  workflowId: string | null;
  provider: string;
  card: string;
  meter: string;
  day: string;
}

/** Figures of one run under keys, exact, with how many invocations worked for it; nothing where another filter leaves it out. */
export async function figuresOfRun(
  reader: CostReader,
  filter: CostFilter,
  executionId: string,
  keyOf: (row: RunRow) => string | null,
): Promise<{ figures: FigureRow[]; invocations: number }> {
  const found = await sharesOfRun(reader, executionId);
  const tenantId = tenantOf(reader.scope, filter);
  if (!found || (tenantId !== undefined && found.run.tenantId !== tenantId)) return { figures: [], invocations: 0 };
  const { run, slices } = found;
  if (filter.workflowId !== undefined && run.workflowId !== filter.workflowId) return { figures: [], invocations: 0 };
  const isWithin = (day: string) => filter.from <= day && day < filter.to;
  const groups = new Map<string | null, { evidence: EvidenceClass; amounts: Amounts }[]>();
  for (const { row, amounts } of found.shares) {
    const { function: name, provider, card, meter, account, evidence } = row.item;
    const isWanted =
      isWithin(row.day) &&
      (filter.function ?? name) === name &&
      (filter.provider ?? provider) === provider &&
      (filter.accountId ?? account.id) === account.id &&
      (filter.meter ?? meter) === meter;
    if (!isWanted) continue;
    const key = keyOf({
      function: name,
      tenantId: run.tenantId,
      workflowId: run.workflowId,
      provider,
      card,
      meter,
      day: row.day,
    });
    groups.set(key, [...(groups.get(key) ?? []), { evidence, amounts }]);
  }
  const invocations = slices.reduce((sum, slice) => (isWithin(slice.day) ? sum + slice.invocations : sum), 0);
  return { figures: [...groups].map(([key, shares]) => toFigure(key, shares)), invocations };
}

function toFigure(key: string | null, shares: readonly { evidence: EvidenceClass; amounts: Amounts }[]): FigureRow {
  const sumOf = (of: readonly { amounts: Amounts }[]) => {
    const { listCost, effectiveCost } = addAmounts(of.map(({ amounts }) => amounts));
    return { listCost: toText(listCost), effectiveCost: toText(effectiveCost) };
  };
  const classes = [...new Set(shares.map(({ evidence }) => evidence))].sort();
  return {
    key,
    isAllocated: true,
    quantity: toText(addAmounts(shares.map(({ amounts }) => amounts)).quantity),
    ...sumOf(shares),
    evidence: classes.map((name) => ({ class: name, ...sumOf(shares.filter(({ evidence }) => evidence === name)) })),
    unmeasured: classes.includes("unknown") ? shares.filter(({ evidence }) => evidence === "unknown").length : 0,
  };
}
