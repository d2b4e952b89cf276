import { identifier, join } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { columnOf } from "../usage-sums.ts";
import type { Charge } from "./charge.ts";
import { termsSql } from "./meter-quantity.ts";
import { weightSql } from "./row-weight.ts";

/**
 * The rows of a charge before any money: `cell_id, day, host, function, tenant_id, workflow_id, epoch, evidence,
 * quantity, weight, unmeasured`. Rows of weight 0 are left out, those without a figure have none.
 */
export function baseRows(charge: Charge): Statement {
  const { base } = charge;
  switch (base.kind) {
    case "counted": {
      if (charge.isRead) {
        const weight = weightSql(base.rule.parts, "c");
        return cellRows(charge, {
          evidence: "allocated",
          quantity: NONE,
          weight,
          unmeasured: sql`0`,
          where: sql`${weight} > 0`,
        });
      }
      return join(
        [
          ...base.rule.parts.map((part) => {
            const quantity = termsSql(part.terms, "c");
            return cellRows(charge, {
              evidence: part.evidence,
              quantity,
              weight: quantity,
              unmeasured: sql`0`,
              where: sql`${quantity} > 0${ofFunctions(part.functions)}`,
            });
          }),
          ...(base.rule.unmeasured === undefined || charge.tier > 1
            ? []
            : [
                cellRows(charge, {
                  evidence: "unknown",
                  quantity: NONE,
                  weight: NONE,
                  unmeasured: identifier(`c.${columnOf(base.rule.unmeasured)}`),
                  where: sql`${identifier(`c.${columnOf(base.rule.unmeasured)}`)} > 0`,
                }),
              ]),
        ],
        " union all ",
      );
    }
    case "key": {
      const weight = termsSql(base.key, "c");
      const evidence = charge.evidence === "flat" ? "flat" : "allocated";
      return cellRows(charge, {
        evidence,
        quantity: NONE,
        weight,
        unmeasured: sql`0`,
        where: sql`${weight} > 0`,
      });
    }
    case "tokens":
      return sql`
        select null::bigint as cell_id, (reported_at at time zone 'utc')::date as day, 'llm' as host, 'llm' as function, tenant_id,
          workflow_id, 0 as epoch, 'metered' as evidence, sum(${identifier(base.column)})::numeric as quantity,
          sum(${identifier(base.column)})::numeric as weight, 0 as unmeasured
        from llm_usage where provider = ${base.provider} and model = ${base.model} and ${reportedWithin(charge)}
        group by 2, 5, 6 having sum(${identifier(base.column)}) > 0`;
    case "none":
      return sql`
        select null::bigint as cell_id, null::date as day, null::text as host, null::text as function, null::text as tenant_id,
          null::text as workflow_id, 0 as epoch, null::text as evidence, null::numeric as quantity, null::numeric as weight,
          0 as unmeasured where false`;
  }
}

const NONE = sql`null::numeric`;

/** Reports of tokens within the days of a charge. */
export const reportedWithin = ({ fromDay, toDay }: { fromDay: string; toDay: string }): Statement =>
  sql`reported_at >= ${fromDay}::date::timestamp at time zone 'utc' and reported_at < ${toDay}::date::timestamp at time zone 'utc'`;

const ofFunctions = (functions: readonly string[] | undefined): Statement =>
  functions === undefined ? sql`` : sql` and c.function = any(${functions}::text[])`;

function cellRows(
  { fromDay, toDay, hosts }: Charge,
  row: { evidence: string; quantity: Statement; weight: Statement; unmeasured: Statement; where: Statement },
): Statement {
  const ofHosts = hosts.length === 0 ? sql`` : sql` and c.host = any(${hosts}::text[])`;
  return sql`
    select c.id as cell_id, c.day, c.host, c.function, c.tenant_id, c.workflow_id, c.epoch, ${row.evidence}::text as evidence,
      ${row.quantity} as quantity, ${row.weight} as weight, ${row.unmeasured} as unmeasured
    from usage_cells c where c.day >= ${fromDay}::date and c.day < ${toDay}::date${ofHosts} and ${row.where}`;
}
