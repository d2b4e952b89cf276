import { z } from "@hono/zod-openapi";
import type { Decomposition, Effects, ExplainedCell } from "#shared/costs/explain/decompose.ts";
import { cellNameOf } from "#shared/costs/explain/explain-change.ts";
import { fromFemto, toDecimalString } from "#shared/kernel/money.ts";

const effects = {
  before: z.string(),
  after: z.string(),
  change: z.string(),
  volume: z.string().describe("More or less was used, at the average price before."),
  mix: z.string().describe("What grew is dearer or cheaper than the average."),
  price: z.string().describe("A unit costs more or less than it did."),
  unexplained: z.string().describe("Of parts without a quantity."),
};

const Span = z.object({ from: z.iso.date(), to: z.iso.date() });

export const CostChange = z
  .object({
    span: Span,
    against: Span,
    currency: z.literal("USD"),
    ...effects,
    cells: z.array(
      z.object({
        function: z.string().nullable(),
        tenantId: z.string().nullable(),
        card: z.string(),
        meter: z.string(),
        quantityBefore: z.string().nullable(),
        quantityAfter: z.string().nullable(),
        ...effects,
      }),
    ),
  })
  .openapi("CostChange");

const decimal = (femto: bigint): string => toDecimalString(fromFemto(femto));

const shownEffects = (of: Effects & Pick<ExplainedCell, "beforeFemto" | "afterFemto" | "changeFemto">) => ({
  before: decimal(of.beforeFemto),
  after: decimal(of.afterFemto),
  change: decimal(of.changeFemto),
  volume: decimal(of.volumeFemto),
  mix: decimal(of.mixFemto),
  price: decimal(of.priceFemto),
  unexplained: decimal(of.unexplainedFemto),
});

/** A decomposition as the API shows it. The effects of each part, and of all, sum to its change. */
export const shownChange = (change: Decomposition) => ({
  currency: "USD" as const,
  ...shownEffects(change),
  cells: change.cells.map((cell) => ({
    ...cellNameOf(cell.key),
    quantityBefore: cell.quantityBeforeFemto === null ? null : decimal(cell.quantityBeforeFemto),
    quantityAfter: cell.quantityAfterFemto === null ? null : decimal(cell.quantityAfterFemto),
    ...shownEffects(cell),
  })),
});
