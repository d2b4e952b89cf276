import { type Statement, sql } from "#shared/database/sql.ts";
import { parseDecimal, toFemto } from "#shared/kernel/money.ts";
import { type CostBasis, costColumn } from "../budgets/daily-costs.ts";
import type { CostReader } from "../read-costs.ts";
import { type CostCell, type Decomposition, decompose } from "./decompose.ts";

/** Days `[from, to)`, `2026-10-15` (UTC). */
export interface DaySpan {
  from: string;
  to: string;
}

export interface ChangeFilter {
  tenantId?: string | undefined;
  function?: string | undefined;
  workflowId?: string | undefined;
  provider?: string | undefined;
}

/** What a part of the change is about, read from its key. */
export interface CellName {
  function: string | null;
  tenantId: string | null;
  card: string;
  meter: string;
}

export const cellNameOf = (key: string): CellName => JSON.parse(key) as CellName; // safe: a key that cellsOf made

/**
 * Why costs changed between two spans of days: volume, mix and price of each meter in each function for each tenant,
 * summing to the difference exactly; see {@link decompose}. Quantities of one unit of one service are compared, tokens
 * of all models with each other. A fee counts as the share of its months. A tenant's reader sees its own costs.
 */
export async function explainChange(
  { db, scope }: CostReader,
  span: DaySpan,
  against: DaySpan,
  { basis = "effective", ...filter }: ChangeFilter & { basis?: CostBasis } = {},
): Promise<Decomposition> {
  const tenantId = scope.kind === "tenant" ? scope.tenantId : filter.tenantId;
  const where = whereOf({ ...filter, tenantId });
  const [before, after] = await db.batch([cellsOf(against, basis, where), cellsOf(span, basis, where)]);
  return decompose(before.map(toCell), after.map(toCell));
}

interface CellRow extends CellName {
  service: string;
  unit: string;
  quantity: string | null;
  cost: string;
}

function cellsOf({ from, to }: DaySpan, basis: CostBasis, where: Statement): Statement<CellRow> {
  const cost = sql`l.${costColumn(basis)}`;
  return sql<CellRow>`
    select l.function, l.tenant_id, l.card, l.meter, c.service, c.unit, sum(${cost})::text as cost,
      case when bool_or(l.quantity is null and c.kind not in ('flat', 'plan')) then null
        else sum(coalesce(l.quantity, round(c.used * l.effective_cost / nullif(c.billed_cost, 0), 15), 0)) end::text as quantity
    from cost_lines l join cost_charges c on c.id = l.charge_id
    where l.day >= ${from}::date and l.day < ${to}::date and ${cost} is not null ${where}
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`;
}

const whereOf = ({ tenantId, function: functionName, workflowId, provider }: ChangeFilter): Statement =>
  [
    [sql`l.tenant_id`, tenantId],
    [sql`l.function`, functionName],
    [sql`l.workflow_id`, workflowId],
    [sql`l.provider`, provider],
  ].reduce<Statement>(
    (all, [column, value]) => (typeof value === "string" && column ? sql`${all} and ${column} = ${value}` : all),
    sql``,
  );

/** Rounded to what a quantity holds here: 1e-15 of its unit. */
const femtoOf = (text: string): bigint => toFemto(parseDecimal(text));

const toCell = ({ service, unit, quantity, cost, ...name }: CellRow): CostCell => ({
  key: JSON.stringify({ function: name.function, tenantId: name.tenantId, card: name.card, meter: name.meter }),
  pool: /token/i.test(unit) ? unit : `${service} ${unit}`,
  quantityFemto: quantity === null ? null : femtoOf(quantity),
  costFemto: femtoOf(cost),
});
