import { cardAt } from "#shared/costs/price-book.ts";
import type { PriceCard } from "#shared/costs/price-card.ts";
import { PriceError } from "#shared/costs/price-error.ts";
import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { billingMonth } from "./billing-months.ts";
import type { Charge, ChargeLine, ChargeWithLines } from "./charge.ts";

/** In an order that depends on what the charges are about only. */
const readCharges = (db: Database, where: Statement): Promise<Charge[]> =>
  db.query(sql<Charge>`
    select c.id, c.period, c.from_day, c.to_day, c.account_id, coalesce(a.name, c.account_id) as account_name, c.provider,
      c.service, c.card, c.card_hash, c.price_date, c.meter, c.tier, c.kind, c.unit, c.evidence, c.price_level,
      c.price_source, c.spread, c.used::text, c.included::text, c.billable::text, c.unit_price::text, c.currency,
      c.amount::text, c.exchange_rate::text, c.exchange_date, c.problem, c.correction_of, c.correction_reason, c.created_at
    from cost_charges c left join cost_accounts a on a.id = c.account_id
    where ${where}
    order by c.account_id collate "C", c.card collate "C", c.meter collate "C", c.period, c.from_day, c.tier,
      c.correction_of nulls first, c.id`);

/** The charges that are billed in a month: its own, and corrections of months that were closed before. */
export async function readBilledCharges(db: Database, period: string): Promise<Charge[]> {
  const charges = await readCharges(
    db,
    sql`(c.period = ${period} and c.correction_of is null) or (c.period < ${period} and c.correction_of is not null)`,
  );
  return charges.filter((charge) => billingMonth(charge) === period);
}

/** The charges of what was used in a month, with all corrections of it. */
export const readUsedCharges = (db: Database, period: string): Promise<Charge[]> =>
  readCharges(db, sql`c.period = ${period}`);

/** A charge with its lines. They are read one charge at a time: a month may have millions of them. */
export async function readLines(db: Database, charge: Charge): Promise<ChargeWithLines> {
  const lines = await db.query(sql<ChargeLine>`
    select l.charge_id, l.position, l.day, l.function, l.tenant_id, o.name as tenant_name, l.workflow_id, l.evidence,
      l.is_allocated, l.quantity::text, l.list_cost::text, l.effective_cost::text
    from cost_lines l left join organization o on o.id = l.tenant_id
    where l.charge_id = ${charge.id} order by l.position`);
  const card = cardOf(charge);
  const meter = card?.meters.find(({ name }) => name === charge.meter);
  return { charge, lines, roundUpTo: meter?.roundUpTo, serviceCategory: card?.serviceCategory ?? "Other" };
}

/** A card may leave the book after months that it priced. */
function cardOf(charge: Charge): PriceCard | undefined {
  try {
    return cardAt(charge.card, charge.fromDay);
  } catch (error) {
    if (error instanceof PriceError) return undefined;
    throw error;
  }
}
