import { identifier } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";

/**
 * Two common table expressions that add the column `name` to the rows of `from`: the amount shared out by `weight` in
 * whole units by largest remainder, the lower position first among equals. Rows without a weight get null, and all do
 * when no amount is known. The same as `largestRemainder`, set-wise.
 */
export function shareStage(stage: { from: string; name: string; weight: string; amount: bigint | null }): Statement {
  const { from, name, amount } = stage;
  const source = identifier(from);
  const column = identifier(`${name}_femto`);
  const floored = identifier(`${name}_floored`);
  const done = identifier(name);
  const weight = identifier(stage.weight);
  const floorShare = identifier(`${name}_floor`);
  const remainder = identifier(`${name}_remainder`);
  if (amount === null) return sql`${done} as (select *, null::numeric as ${column} from ${source})`;
  if (amount === 0n)
    return sql`${done} as (select *, case when ${weight} is not null then 0::numeric end as ${column} from ${source})`;
  const size = `${amount < 0n ? -amount : amount}`;
  const sign = amount < 0n ? "-1" : "1";
  return sql`${floored} as (
      select s.*, div(${size}::numeric * ${weight}, t.total) as ${floorShare}, mod(${size}::numeric * ${weight}, t.total) as ${remainder}
      from ${source} s cross join (select nullif(sum(${weight}), 0) as total from ${source}) t),
    ${done} as (
      select *, ${sign}::numeric * (${floorShare} + (row_number() over (order by ${remainder} desc nulls last, position)
        <= ${size}::numeric - sum(${floorShare}) over ())::int) as ${column} from ${floored})`;
}
