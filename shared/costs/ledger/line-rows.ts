import { type Statement, sql } from "#shared/database/sql.ts";
import { toDecimalString, toFemto } from "#shared/kernel/money.ts";
import { baseRows } from "./base-rows.ts";
import type { Charge } from "./charge.ts";
import { shareStage } from "./share-stage.ts";

const FEMTO = sql`0.000000000000001::numeric`;
const inUsd = (femto: bigint | null): Statement => sql`(${femto === null ? null : `${femto}`}::numeric * ${FEMTO})`;

/**
 * The rows of a charge with their money, as a query: `position, cell_id, day, function, tenant_id, workflow_id,
 * evidence, is_allocated, quantity, unmeasured, list_cost, effective_cost`. Amounts are shared out by largest remainder
 * in 1e-15 USD. What no row can be given stays on one of its own, without function and tenant.
 */
export function lineRows(charge: Charge): Statement {
  const { billedFemto, listFemto, used, evidence, spread } = charge;
  const isByQuantity = charge.base.kind !== "key" && !charge.isRead;
  const isKept = spread === "unallocated";
  const isFirstCome = spread === "first_come" && isByQuantity;
  const splitFemto = (charge.isRead || charge.tier > 0) && used !== null ? toFemto(used) : null;
  const showsQuantity = charge.kind !== "flat" && charge.kind !== "plan";
  const measured = (column: Statement): Statement => sql`case when weight is not null then ${column} end`;
  return sql`
    with base as (${baseRows(charge)}),
    placed as (
      select *, row_number() over (order by day, host collate "C", function collate "C", tenant_id collate "C" nulls first,
        workflow_id collate "C" nulls first, epoch, evidence collate "C")::int as position from base),
    weighed as (select *, ${isFirstCome ? billedPart(charge) : sql`weight`} as bears from placed),
    ${shareStage({ from: "weighed", name: "split", weight: "weight", amount: splitFemto })},
    ${shareStage({ from: "split", name: "listed", weight: "weight", amount: listFemto })},
    ${shareStage({ from: "listed", name: "billed", weight: "bears", amount: isKept ? null : billedFemto })},
    given as (
      select position, cell_id, day, function, tenant_id, workflow_id, evidence, true as is_allocated,
        ${measured(sql`coalesce(split_femto * ${FEMTO}, quantity)`)} as quantity, unmeasured,
        ${measured(sql`listed_femto * ${FEMTO}`)} as list_cost,
        ${measured(sql`${isKept ? sql`listed_femto` : sql`billed_femto`} * ${FEMTO}`)} as effective_cost
      from billed),
    summed as (
      select coalesce(max(position), 0) as last, coalesce(sum(effective_cost), 0) as effective_cost, coalesce(sum(list_cost), 0) as list_cost,
        count(quantity) as quantities, count(*) filter (where evidence <> 'unknown') as known from given)
    select position, cell_id, day, function, tenant_id, workflow_id, evidence, is_allocated, trim_scale(quantity) as quantity,
      unmeasured, trim_scale(list_cost) as list_cost, trim_scale(effective_cost) as effective_cost from given
    union all
    select last + 1, null::bigint, ${charge.fromDay}::date, null, null, null, ${evidence}::text, false,
      case when quantities = 0 and ${showsQuantity} then trim_scale(${used === null ? null : toDecimalString(used)}::numeric) end, 0,
      trim_scale(${inUsd(listFemto)} - list_cost), trim_scale(${inUsd(billedFemto)} - effective_cost)
    from summed
    where ${inUsd(billedFemto)} <> effective_cost or ${inUsd(listFemto)} <> list_cost or (known = 0 and ${billedFemto === null})`;
}

/**
 * How much of a row's quantity is billed when who comes first gets the allowance: by day, and within a day for all
 * alike.
 */
function billedPart({ billedFrom, billedTo }: Charge): Statement {
  const from = sql`${toDecimalString(billedFrom)}::numeric`;
  const end = sql`sum(weight) over (order by day)`;
  const ofDay = sql`sum(weight) over (partition by day)`;
  const upTo = billedTo === null ? end : sql`least(${end}, ${toDecimalString(billedTo)}::numeric)`;
  return sql`weight * greatest(0, ${upTo} - greatest(${end} - ${ofDay}, ${from})) / nullif(${ofDay}, 0)`;
}
