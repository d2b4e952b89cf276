import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";

/** One row of the ledger, as a pricing run would leave it. Amounts are decimal strings in USD. */
export interface CostRow {
  day: string;
  tenantId?: string | null;
  function?: string;
  card?: string;
  meter?: string;
  unit?: string;
  service?: string;
  quantity?: string | null;
  list?: string;
  effective: string;
  isFee?: boolean;
}

/** Writes lines with their charge and rollups, each row a charge of its own. */
export async function insertCosts(db: Database, rows: readonly CostRow[]): Promise<void> {
  for (const row of rows) await db.batch(costStatements(row));
}

function costStatements(row: CostRow): Statement[] {
  const { day, tenantId = null, function: name = "api", card = "cloudflare/workers-paid", meter = "requests" } = row;
  const { unit = "Requests", service = "Workers", quantity = null, effective, isFee = false } = row;
  const list = row.list ?? (isFee ? "0" : effective);
  const [charge, period] = [uuidv7(), day.slice(0, 7)];
  const evidence = isFee ? "flat" : "metered";
  const rollup = (dimension: string, key: string | null) => sql`
    insert into cost_rollups (period, day, dimension, key, account_id, provider, card, evidence, is_allocated, list_cost, effective_cost)
    values (${period}, ${day}::date, ${dimension}, ${key}, 'main', 'Cloudflare', ${card}, ${evidence}, true,
      ${list}::numeric, ${effective}::numeric)
    on conflict on constraint cost_rollups_unique do update set
      list_cost = cost_rollups.list_cost + excluded.list_cost,
      effective_cost = cost_rollups.effective_cost + excluded.effective_cost`;
  return [
    sql`insert into cost_charges (id, period, from_day, to_day, account_id, provider, service, card, card_hash, meter, kind,
        unit, evidence, price_level, price_source, spread, used, currency, exchange_rate, billed_cost, lines_hash, run_id)
      values (${charge}, ${period}, ${day}::date, ${day}::date + 1, 'main', 'Cloudflare', ${service}, ${card}, 'hash', ${meter},
        ${isFee ? "flat" : "usage"}, ${unit}, ${evidence}, 'O', 'a test', 'pro_rata', ${isFee ? "1" : quantity}::numeric,
        'USD', 1, ${effective}::numeric, 'hash', ${charge})`,
    sql`insert into cost_lines (charge_id, position, period, day, account_id, provider, card, meter, function, tenant_id,
        evidence, quantity, list_cost, effective_cost)
      values (${charge}, 0, ${period}, ${day}::date, 'main', 'Cloudflare', ${card}, ${meter}, ${name}, ${tenantId}, ${evidence},
        ${quantity}::numeric, ${list}::numeric, ${effective}::numeric)`,
    rollup("meter", `${card}/${meter}`),
    rollup("function", name),
    rollup("tenant", tenantId),
  ];
}
