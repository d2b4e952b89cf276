import type { CostFigure } from "#shared/costs/read-costs.ts";
import { parseDecimal, ZERO } from "#shared/kernel/money.ts";
import { formatAmount, formatExact, formatQuantity } from "./figures.ts";

/** An amount in the report's currency; all its digits are in the title and in the value. */
export function Amount({ value, places }: { value: string | null; places: number }) {
  if (value === null) return <NotMeasured />;
  return (
    <data value={value} title={`${formatExact(value)} USD`}>
      {formatAmount(value, places)}
    </data>
  );
}

export const NotMeasured = () => <span class="absent">not measured</span>;

export function Quantity({ value, unit }: { value: string | null; unit?: string }) {
  if (value === null) return <NotMeasured />;
  return (
    <data value={value}>
      {formatQuantity(value)}
      {unit === undefined ? "" : ` ${unit}`}
    </data>
  );
}

/** `<1 %` of what is there, but rounds to nothing. */
function shareOf(part: string, whole: string): string {
  const percent = (Number(part) / Number(whole)) * 100;
  return percent > 0 && percent < 1 ? "<1 %" : `${Math.round(percent)} %`;
}

/** How a figure was come by: each class, and what part of the effective cost rests on it where there are several. */
export function Evidence({ figure }: { figure: CostFigure }) {
  const total = parseDecimal(figure.effectiveCost ?? "0");
  return (
    <span class="evidences">
      {figure.evidence.map((part) => (
        <span class="evidence">
          {part.class}
          {figure.evidence.length > 1 && part.effectiveCost !== null && total.gt(ZERO)
            ? ` ${shareOf(part.effectiveCost, total.toFixed())}`
            : ""}
        </span>
      ))}
    </span>
  );
}
