import type { CostItem } from "#shared/costs/read-costs.ts";
import { parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { linkTo } from "../paths.ts";
import { Amount, Quantity } from "./amount.tsx";
import { DataTable } from "./data-table.tsx";
import { formatExact, placesForParts } from "./figures.ts";

/** What each meter made of an invocation or a run: quantity, price, its date and source, evidence. */
export function ItemTable({ items, hasFunction }: { items: readonly CostItem[]; hasFunction?: boolean }) {
  const places = placesForParts(items.flatMap(({ effectiveCost, listCost }) => [effectiveCost, listCost]));
  const columns = [
    {
      label: "Meter",
      isHeading: true,
      cell: (item: CostItem) => (
        <>
          {item.meter}
          {item.isCorrection ? " (correction)" : ""}
          <br />
          <small class="dim">
            {item.provider} {item.service} · {item.account.name}
          </small>
        </>
      ),
    },
    ...(hasFunction ? [{ label: "Function", cell: (item: CostItem) => item.function ?? "–" }] : []),
    {
      label: "Quantity",
      isNumber: true,
      cell: (item: CostItem) =>
        item.quantity === null && item.evidence === "flat" ? (
          <span class="dim">share of a fee</span>
        ) : (
          <Quantity value={item.quantity} unit={item.unit} />
        ),
    },
    {
      label: "Unit price",
      isNumber: true,
      cell: (item: CostItem) =>
        item.unitPrice === null ? (
          <span class="dim">–</span>
        ) : (
          <>
            {formatExact(item.unitPrice)} {item.currency}
            {item.currency === "USD" ? (
              ""
            ) : (
              <>
                <br />
                <small class="dim">× {formatExact(item.exchangeRate)} USD</small>
              </>
            )}
          </>
        ),
    },
    {
      label: "Price of",
      cell: (item: CostItem) => (
        <>
          {item.priceDate === null ? "no start known" : `since ${item.priceDate}`}
          <br />
          <small>
            <a href={linkTo(`/prices/${item.card}`)}>{item.card}</a>{" "}
            <span class="dim" title={`Card ${item.cardHash}`}>
              {item.priceLevel}: {item.priceSource}
            </span>
          </small>
        </>
      ),
    },
    {
      label: "Evidence",
      cell: (item: CostItem) => (
        <>
          <span class="evidence">{item.evidence}</span>
          <br />
          <small class="dim">{item.spread.replace("_", " ")}</small>
        </>
      ),
    },
    {
      label: "Marginal cost",
      isNumber: true,
      cell: (item: CostItem) => <Amount value={item.listCost} places={places} />,
    },
    {
      label: "Effective cost",
      isNumber: true,
      cell: (item: CostItem) => <Amount value={item.effectiveCost} places={places} />,
    },
  ];
  return (
    <div class="scroll">
      <DataTable
        className="items"
        columns={columns}
        rows={items.toSorted((a, b) => Number(b.effectiveCost ?? 0) - Number(a.effectiveCost ?? 0))}
        whenEmpty="No priced meter counted anything of it, or its day is not priced yet."
        foot={[
          "Total",
          ...Array.from({ length: columns.length - 3 }, () => ""),
          <Amount value={sumOf(items.map(({ listCost }) => listCost))} places={places} />,
          <Amount value={sumOf(items.map(({ effectiveCost }) => effectiveCost))} places={places} />,
        ]}
      />
    </div>
  );
}

/** null where nothing was measured. */
function sumOf(amounts: readonly (string | null)[]): string | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0
    ? null
    : toDecimalString(known.reduce((sum, amount) => sum.plus(parseDecimal(amount)), ZERO));
}
