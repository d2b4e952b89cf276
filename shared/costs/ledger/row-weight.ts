import { identifier, join } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Decimal, parseDecimal, toFemto, ZERO } from "#shared/kernel/money.ts";
import { allocationKey, type MeterPart, meterRule, type Terms } from "../meter-rules.ts";
import { columnOf, type UsageSum } from "../usage-sums.ts";
import { termsSql } from "./meter-quantity.ts";

/** What decides by which weight a row was given its share of a charge. */
export interface RowOfCharge {
  card: string;
  meter: string;
  evidence: string;
  /** A reading shared out by what was counted of the same meter. */
  isByCount?: boolean;
}

/** Sums of a cell, a slice or one record. */
export type Sums = Readonly<Record<UsageSum, string>>;

/** The parts of usage by which a row's amount is split on among its slices, and a slice's among its invocations. */
export function partsOfWeight({ card, meter, evidence, isByCount }: RowOfCharge): readonly MeterPart[] {
  const rule = meterRule(card, meter);
  if (rule && (evidence === "metered" || evidence === "estimated"))
    return rule.parts.filter((part) => part.evidence === evidence);
  if (rule && isByCount === true) return rule.parts;
  if (rule?.unmeasured !== undefined && evidence === "unknown") {
    return [{ evidence: "metered", terms: { [rule.unmeasured]: "1" } }];
  }
  return [{ evidence: "metered", terms: allocationKey(card) }];
}

const namesOf = (terms: Terms) => Object.entries(terms) as [UsageSum, string][]; // safe: Terms is keyed by UsageSum

/** The weight of some usage of a function, in whole units of 1e-15. */
export function weightOf(parts: readonly MeterPart[], functionName: string, sums: Sums): bigint {
  const weight = parts.reduce((sum: Decimal, { terms, functions }) => {
    if (functions !== undefined && !functions.includes(functionName)) return sum;
    return namesOf(terms).reduce(
      (all, [name, factor]) => all.plus(parseDecimal(sums[name]).times(parseDecimal(factor))),
      sum,
    );
  }, ZERO);
  return toFemto(weight);
}

/** The same in SQL, over a table of sums beside the cell `c`. */
export const weightSql = (parts: readonly MeterPart[], table: string): Statement =>
  parts.length === 0
    ? sql`0`
    : sql`(${join(
        parts.map(({ terms, functions }) =>
          functions === undefined
            ? termsSql(terms, table)
            : sql`case when c.function = any(${functions}::text[]) then ${termsSql(terms, table)} else 0 end`,
        ),
        " + ",
      )})`;

/** Columns that a weight is made of. */
export const columnsOfWeight = (parts: readonly MeterPart[]): Statement[] =>
  [...new Set(parts.flatMap(({ terms }) => namesOf(terms).map(([name]) => name)))].map((name) =>
    identifier(columnOf(name)),
  );
