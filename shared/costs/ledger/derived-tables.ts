import { identifier, join } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { toDecimalString } from "#shared/kernel/money.ts";
import { reportedWithin } from "./base-rows.ts";
import type { Charge } from "./charge.ts";
import { termsSql } from "./meter-quantity.ts";
import type { ROLLUP_DIMENSIONS } from "./tables.ts";
import { changesSoFar } from "./write-charge.ts";

const KEY_OF: Record<(typeof ROLLUP_DIMENSIONS)[number], Statement> = {
  meter: sql`meter`,
  function: sql`function`,
  tenant: sql`tenant_id`,
  workflow: sql`workflow_id`,
};

/** Makes the rollups of a period anew from its lines, when the batch has changed any. */
export const refreshRollups = (period: string): Statement[] => [
  sql`delete from cost_rollups where period = ${period} and ${changesSoFar()} > 0`,
  ...Object.entries(KEY_OF).map(([dimension, key]) => {
    const isMeter = dimension === "meter";
    return sql`
      insert into cost_rollups (period, day, dimension, key, account_id, provider, card, evidence, is_allocated, quantity, unmeasured, list_cost, effective_cost)
      select period, day, ${dimension}, ${key}, account_id, provider, ${isMeter ? sql`card` : sql`null::text`}, evidence, is_allocated,
        ${isMeter ? sql`trim_scale(sum(quantity))` : sql`null::numeric`}, sum(unmeasured)::bigint, trim_scale(sum(list_cost)), trim_scale(sum(effective_cost))
      from cost_lines where period = ${period} and ${changesSoFar()} > 0
      group by period, day, ${key}, account_id, provider, 7, evidence, is_allocated`;
  }),
];

/**
 * What each run of a period costs at list price, where it differs from what is there. Steps of a graduated price and
 * what is allocated are not in it: neither has a price of the next unit that is a run's own.
 */
export function refreshRunCosts(period: string, charges: readonly Charge[]): Statement {
  const counted = charges.filter((charge) => charge.base.kind === "counted" && charge.tier === 0 && !charge.isRead);
  const ofSlice = counted.flatMap((charge) => {
    const { base, unitPrice, exchangeRate, listFemto, hosts } = charge;
    if (base.kind !== "counted" || unitPrice === null || listFemto === null || listFemto === 0n) return [];
    const price = toDecimalString(unitPrice.times(exchangeRate));
    return base.rule.parts.map(({ terms, functions }) => {
      const ofHosts = hosts.length === 0 ? sql`` : sql` and c.host = any(${hosts}::text[])`;
      const ofFunctions = functions === undefined ? sql`` : sql` and c.function = any(${functions}::text[])`;
      return sql`case when s.day >= ${charge.fromDay}::date and s.day < ${charge.toDay}::date${ofHosts}${ofFunctions}
        then ${termsSql(terms, "s")} * ${price}::numeric else 0 end`;
    });
  });
  const ofTokens = charges.flatMap(({ base, unitPrice, exchangeRate, fromDay, toDay }) =>
    base.kind === "tokens" && unitPrice !== null
      ? [
          sql`select execution_id, (reported_at at time zone 'utc')::date as day, tenant_id, workflow_id, 0::bigint as invocations,
            ${identifier(base.column)} * ${toDecimalString(unitPrice.times(exchangeRate))}::numeric as list_cost
          from llm_usage where provider = ${base.provider} and model = ${base.model} and ${reportedWithin({ fromDay, toDay })}`,
        ]
      : [],
  );
  const price = ofSlice.length === 0 ? sql`0::numeric` : join(ofSlice, " + ");
  const used = join(
    [
      sql`select s.execution_id, s.day, c.tenant_id, c.workflow_id, s.invocations, ${price} as list_cost
        from usage_slices s join usage_cells c on c.id = s.cell_id
        where s.execution_id is not null and to_char(s.day, 'YYYY-MM') = ${period} and s.day >= ${`${period}-01`}::date
          and s.day < (${`${period}-01`}::date + interval '1 month')::date and ${changesSoFar()} > 0`,
      ...ofTokens,
    ],
    " union all ",
  );
  return sql`
    insert into run_costs as r (period, execution_id, day, tenant_id, workflow_id, invocations, list_cost)
    select ${period}, execution_id, min(day), min(tenant_id), min(workflow_id), sum(invocations)::bigint, trim_scale(sum(list_cost))
    from (${used}) u group by execution_id having ${changesSoFar()} > 0
    on conflict (period, execution_id) do update set day = excluded.day, tenant_id = excluded.tenant_id,
      workflow_id = excluded.workflow_id, invocations = excluded.invocations, list_cost = excluded.list_cost
    where (r.day, r.tenant_id, r.workflow_id, r.invocations, r.list_cost)
      is distinct from (excluded.day, excluded.tenant_id, excluded.workflow_id, excluded.invocations, excluded.list_cost)`;
}
