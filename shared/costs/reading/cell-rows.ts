import { sql } from "#shared/database/sql.ts";
import type { CostItem, CostReader } from "../read-costs.ts";
import { type Amounts, readAmounts } from "./row-shares.ts";

/** A row of a charge, with what the charge says of its price. */
export interface CellRow {
  cellId: number | null;
  day: string;
  isByCount: boolean;
  amounts: Amounts;
  /** Without its share of the money. */
  item: Omit<CostItem, "quantity" | "listCost" | "effectiveCost">;
}

interface Row extends Omit<CostItem, "account"> {
  cellId: number | null;
  day: string;
  isByCount: boolean;
  accountId: string;
  accountName: string | null;
}

const SELECT_ROWS = sql`
  select l.cell_id, l.account_id, a.name as account_name, c.provider, c.service, c.card, c.card_hash, c.price_date::text as price_date,
    c.price_level, c.price_source, c.meter, trim_scale(l.quantity)::text as quantity, c.unit, trim_scale(c.unit_price)::text as unit_price,
    c.currency, l.day::text as day, trim_scale(c.exchange_rate)::text as exchange_rate, l.evidence, c.spread, c.id as charge_id, l.function,
    c.correction_of is not null as is_correction, c.evidence in ('metered', 'estimated') and l.evidence = 'allocated' as is_by_count,
    trim_scale(l.list_cost)::text as list_cost, trim_scale(l.effective_cost)::text as effective_cost
  from cost_lines l join cost_charges c on c.id = l.charge_id left join cost_accounts a on a.id = l.account_id`;

/** The rows of some cells, corrections among them. */
export async function rowsOfCells({ db }: CostReader, cellIds: readonly number[]): Promise<CellRow[]> {
  const rows = await db.query(sql<Row>`${SELECT_ROWS} where l.cell_id = any(${cellIds}::bigint[])
    order by l.account_id, c.card, c.meter, c.tier, c.from_day, l.evidence, c.created_at`);
  return rows.map(toCellRow);
}

/** The rows of language models of a tenant, a workflow and some days. */
export async function rowsOfTokens(
  { db }: CostReader,
  of: { tenantId: string; workflowId: string | null; days: readonly string[] },
): Promise<CellRow[]> {
  const rows = await db.query(sql<Row>`${SELECT_ROWS}
    where l.function = 'llm' and l.tenant_id = ${of.tenantId} and l.workflow_id is not distinct from ${of.workflowId}
      and l.day = any(${of.days}::date[])
    order by l.account_id, c.card, c.meter, c.tier, c.from_day, c.created_at`);
  return rows.map(toCellRow);
}

function toCellRow({
  cellId,
  day,
  isByCount,
  accountId,
  accountName,
  quantity,
  listCost,
  effectiveCost,
  ...item
}: Row): CellRow {
  return {
    cellId,
    day,
    isByCount,
    amounts: readAmounts({ quantity, listCost, effectiveCost }),
    item: { ...item, account: { id: accountId, name: accountName ?? accountId } },
  };
}
