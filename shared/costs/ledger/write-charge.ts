import { ensure } from "#shared/database/ensure.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Decimal, toDecimalString } from "#shared/kernel/money.ts";
import type { Charge } from "./charge.ts";
import { lineRows } from "./line-rows.ts";

const decimal = (value: Decimal | null): Statement => sql`${value === null ? null : toDecimalString(value)}::numeric`;
const femto = (value: bigint | null): Statement =>
  sql`trim_scale(${value === null ? null : `${value}`}::numeric * 0.000000000000001)`;

/** Counts changed rows of the ledger within a batch, so that what is derived from them is made anew only then. */
const CHANGES = "rainwire.ledger_changes";
export const countChanges = (rows: Statement): Statement =>
  sql`set_config(${CHANGES}, (coalesce(nullif(current_setting(${CHANGES}, true), ''), '0')::bigint + ${rows})::text, true)`;
export const changesSoFar = (): Statement => sql`coalesce(nullif(current_setting(${CHANGES}, true), ''), '0')::bigint`;
export const resetChanges = () => sql`select set_config(${CHANGES}, '0', true)`;

/** Guard of {@link writeCharge}: usage moved between the pricing and the writing; price again. */
export const USAGE_MOVED = "usage_moved";

/** Writes a charge and its rows where they differ from what is there, and makes sure that the rows sum to it. */
export function writeCharge(charge: Charge, runId: string): Statement[] {
  return [
    sql`
      with rows as materialized (${lineRows(charge)}),
      written as (
        insert into cost_lines as l (charge_id, position, cell_id, period, day, account_id, provider, card, meter, function, tenant_id,
          workflow_id, evidence, is_allocated, quantity, unmeasured, list_cost, effective_cost)
        select ${charge.id}::uuid, position, cell_id, ${charge.period}, day, ${charge.accountId}, ${charge.provider}, ${charge.card},
          ${charge.meter}, function, tenant_id, workflow_id, evidence, is_allocated, quantity, unmeasured, list_cost, effective_cost
        from rows
        on conflict (charge_id, position) do update set cell_id = excluded.cell_id, day = excluded.day, function = excluded.function,
          tenant_id = excluded.tenant_id, workflow_id = excluded.workflow_id, evidence = excluded.evidence,
          is_allocated = excluded.is_allocated, quantity = excluded.quantity, unmeasured = excluded.unmeasured,
          list_cost = excluded.list_cost, effective_cost = excluded.effective_cost
        where (l.cell_id, l.day, l.function, l.tenant_id, l.workflow_id, l.evidence, l.is_allocated, l.quantity, l.unmeasured, l.list_cost, l.effective_cost)
          is distinct from (excluded.cell_id, excluded.day, excluded.function, excluded.tenant_id, excluded.workflow_id,
            excluded.evidence, excluded.is_allocated, excluded.quantity, excluded.unmeasured, excluded.list_cost, excluded.effective_cost)
        returning 1),
      removed as (
        delete from cost_lines where charge_id = ${charge.id}::uuid and position > (select count(*) from rows) returning 1)
      select ${countChanges(sql`(select count(*) from written) + (select count(*) from removed)`)}`,
    sql`with written as (${upsertCharge(charge, runId)}) select ${countChanges(sql`(select count(*) from written)`)}`,
    sumsHold(charge),
  ];
}

/**
 * Aborts unless the rows of a charge sum to it, and to the quantity that it was priced for.
 * @param ids whose rows: the charge's, unless told
 */
export function sumsHold(
  { id, base, isRead, used, billedFemto, listFemto }: Charge,
  ids: Statement = sql`(${id}::uuid)`,
): Statement {
  const isQuantified = billedFemto !== null && (base.kind === "counted" || base.kind === "tokens") && !isRead;
  return ensure(
    USAGE_MOVED,
    sql`select (${billedFemto === null} or coalesce(sum(effective_cost), 0) = ${femto(billedFemto)})
        and (${listFemto === null} or coalesce(sum(list_cost), 0) = ${femto(listFemto)})
        and (${!isQuantified} or coalesce(sum(quantity), 0) = ${decimal(used)})
      from cost_lines where charge_id in ${ids}`,
  );
}

/** SHA-256 (hex) over the rows of a charge, in their order. */
const linesHash = (id: string): Statement => sql`(
  select encode(sha256(convert_to(coalesce(string_agg(md5((position, day, function, tenant_id, workflow_id, evidence, is_allocated,
    quantity, unmeasured, list_cost, effective_cost)::text), '' order by position), ''), 'UTF8')), 'hex')
  from cost_lines where charge_id = ${id}::uuid)`;

export function upsertCharge(
  charge: Charge,
  runId: string,
  correction?: { of: string; reason: string; actor: string },
): Statement {
  return sql`
    insert into cost_charges as c (id, period, from_day, to_day, account_id, provider, service, card, card_hash, price_date, meter, tier,
      kind, unit, evidence, price_level, price_source, spread, used, included, billable, unit_price, currency, amount_exact, amount,
      exchange_rate, exchange_date, billed_cost, list_cost, unmeasured, problem, lines_hash, run_id, correction_of, correction_reason, created_by)
    values (${charge.id}, ${charge.period}, ${charge.fromDay}::date, ${charge.toDay}::date, ${charge.accountId}, ${charge.provider},
      ${charge.service}, ${charge.card}, ${charge.cardHash}, ${charge.priceDate}::date, ${charge.meter}, ${charge.tier}, ${charge.kind},
      ${charge.unit}, ${charge.evidence}, ${charge.priceLevel}, ${charge.priceSource}, ${charge.spread}, ${decimal(charge.used)},
      ${decimal(charge.included)}, ${decimal(charge.billable)}, ${decimal(charge.unitPrice)}, ${charge.currency},
      ${decimal(charge.amountExact)}, ${charge.amount}::numeric, ${decimal(charge.exchangeRate)}, ${charge.exchangeDate}::date,
      ${femto(charge.billedFemto)}, ${femto(charge.listFemto)}, ${charge.unmeasured}, ${charge.problem}, ${linesHash(charge.id)},
      ${runId}::uuid, ${correction?.of ?? null}::uuid, ${correction?.reason ?? null}, ${correction?.actor ?? null})
    on conflict (id) do update set card_hash = excluded.card_hash, to_day = excluded.to_day, kind = excluded.kind, unit = excluded.unit,
      evidence = excluded.evidence, price_level = excluded.price_level, price_source = excluded.price_source, spread = excluded.spread,
      used = excluded.used, included = excluded.included, billable = excluded.billable, unit_price = excluded.unit_price,
      amount_exact = excluded.amount_exact, amount = excluded.amount, exchange_rate = excluded.exchange_rate,
      exchange_date = excluded.exchange_date, billed_cost = excluded.billed_cost, list_cost = excluded.list_cost,
      unmeasured = excluded.unmeasured, problem = excluded.problem, lines_hash = excluded.lines_hash, run_id = excluded.run_id
    where (c.card_hash, c.to_day, c.kind, c.unit, c.evidence, c.price_level, c.price_source, c.spread, c.used, c.included, c.billable,
        c.unit_price, c.amount_exact, c.amount, c.exchange_rate, c.exchange_date, c.billed_cost, c.list_cost, c.unmeasured, c.problem, c.lines_hash)
      is distinct from (excluded.card_hash, excluded.to_day, excluded.kind, excluded.unit, excluded.evidence, excluded.price_level,
        excluded.price_source, excluded.spread, excluded.used, excluded.included, excluded.billable, excluded.unit_price,
        excluded.amount_exact, excluded.amount, excluded.exchange_rate, excluded.exchange_date, excluded.billed_cost,
        excluded.list_cost, excluded.unmeasured, excluded.problem, excluded.lines_hash)
    returning 1`;
}

/** Removes charges of an open period that are no longer made, with their rows. */
export const removeOthers = (period: string, ids: readonly string[]): Statement => sql`
  with gone as (delete from cost_charges where period = ${period} and correction_of is null and id <> all(${ids}::uuid[]) returning id),
  gone_lines as (delete from cost_lines where charge_id in (select id from gone) returning 1)
  select ${countChanges(sql`(select count(*) from gone) + (select count(*) from gone_lines)`)}`;
