import { identifier, join } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Decimal, parseDecimal, ZERO } from "#shared/kernel/money.ts";
import type { MeterPart, MeterRule, Terms } from "../meter-rules.ts";
import { columnOf, type UsageSum } from "../usage-sums.ts";
import type { EvidenceClass } from "./evidence.ts";

/** What one function used: whole numbers as text. */
export type FunctionSums = { function: string } & Readonly<Record<UsageSum, string>>;

const entriesOf = (terms: Terms) => Object.entries(terms) as [UsageSum, string][]; // safe: Terms is keyed by UsageSum

const quantityOfTerms = (terms: Terms, sums: Readonly<Record<UsageSum, string>>): Decimal =>
  entriesOf(terms).reduce(
    (sum, [name, factor]) => sum.plus(parseDecimal(sums[name]).times(parseDecimal(factor))),
    ZERO,
  );

const concerns = ({ functions }: MeterPart, name: string) => functions === undefined || functions.includes(name);

/** What a meter counted, by evidence, and of how many invocations it counted nothing. */
export interface MeterQuantity {
  quantity: Decimal;
  evidence: EvidenceClass;
  unmeasured: number;
}

/**
 * The quantity of a meter in some usage. The evidence is that of its weakest part; `unknown` when there was usage of
 * which nothing was measured.
 */
export function meterQuantity(rule: MeterRule, usage: readonly FunctionSums[]): MeterQuantity {
  const quantities = rule.parts.map((part) => ({
    evidence: part.evidence,
    quantity: usage.reduce(
      (sum, each) => (concerns(part, each.function) ? sum.plus(quantityOfTerms(part.terms, each)) : sum),
      ZERO,
    ),
  }));
  const quantity = quantities.reduce((sum, each) => sum.plus(each.quantity), ZERO);
  const column = rule.unmeasured;
  const unmeasured = column === undefined ? 0 : usage.reduce((sum, each) => sum + Number(each[column]), 0);
  const found = quantities.filter((each) => each.quantity.gt(ZERO)).map(({ evidence }) => evidence);
  const evidence = found.includes("estimated")
    ? "estimated"
    : found.length > 0 || unmeasured === 0
      ? "metered"
      : "unknown";
  return { quantity, evidence, unmeasured };
}

/** The same as SQL over columns of sums, `numeric`. */
export const termsSql = (terms: Terms, table: string): Statement =>
  sql`(${join(
    entriesOf(terms).map(([name, factor]) => sql`${identifier(`${table}.${columnOf(name)}`)} * ${factor}::numeric`),
    " + ",
  )})`;
