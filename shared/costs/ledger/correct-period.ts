import { type Database, isGuard } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { derivedId, uuidv7 } from "#shared/kernel/id.ts";
import { type Decimal, parseDecimal, toDecimalString, toFemto, ZERO } from "#shared/kernel/money.ts";
import type { PriceBook } from "../read-price-book.ts";
import type { Charge } from "./charge.ts";
import { refreshRollups, refreshRunCosts } from "./derived-tables.ts";
import { lineRows } from "./line-rows.ts";
import { forMany, lockLedger } from "./lock.ts";
import { Period } from "./month.ts";
import { readPricingInputs } from "./price-period.ts";
import { rollUpUsage } from "./roll-up.ts";
import { countChanges, resetChanges, sumsHold, USAGE_MOVED, upsertCharge } from "./write-charge.ts";

export interface CorrectedPeriod {
  period: string;
  /** Charges that were corrected, each by a new one; none: nothing had changed. */
  corrections: { chargeId: string; correctionOf: string; card: string; meter: string; billedCost: string | null }[];
}

/** Only a closed period is corrected; an open one is priced again. */
export class PeriodOpenError extends Error {
  override readonly name = "PeriodOpenError";
}

const NOT_CLOSED = "period_not_closed";
const TRIES = 5;

interface Told {
  used: string | null;
  billable: string | null;
  amountExact: string | null;
  amount: string | null;
  billedCost: string | null;
  listCost: string | null;
  unmeasured: number;
}

/**
 * Prices a closed period from what is known now and writes the differences as new charges and rows beside the old ones,
 * which stay as they are: usage that came late, a reading, an account or a price that was wrong. Throws a
 * {@link PeriodOpenError}.
 */
export async function correctPeriod(
  db: Database,
  input: string,
  { actor, reason, book }: { actor: string; reason: string; book?: PriceBook },
): Promise<CorrectedPeriod> {
  const period = Period.parse(input);
  await rollUpUsage(db);
  for (let left = TRIES; ; left--) {
    const [state] = await db.query(
      sql<{ state: string; epoch: number }>`select state, epoch from cost_periods where period = ${period}`,
    );
    if (state?.state !== "closed")
      throw new PeriodOpenError(
        `${period} is not closed: npm run costs -- recompute --period ${period} prices it again`,
      );
    const { charges } = await readPricingInputs(db, period, book);
    const told = await readTold(db, period);
    const runId = uuidv7();
    const deltas = [...charges, ...gone(charges, told)].map((charge) => ({
      charge,
      delta: {
        ...less(charge, told.get(charge.id)),
        id: derivedId("correction", charge.id, String(state.epoch)),
      },
    }));
    try {
      await db.batch([
        lockLedger(),
        forMany(),
        resetChanges(),
        ensure(
          NOT_CLOSED,
          sql`exists (select from cost_periods where period = ${period} and state = 'closed' and epoch = ${state.epoch})`,
        ),
        ...deltas.flatMap(({ charge, delta }) => writeDelta(charge, delta, { runId, actor, reason })),
        ...refreshRollups(period),
        refreshRunCosts(period, charges),
        sql`update cost_periods set epoch = epoch + 1 where period = ${period}`,
      ]);
      const corrections = await db.query(sql<CorrectedPeriod["corrections"][number]>`
        select id as charge_id, correction_of, card, meter, trim_scale(billed_cost)::text as billed_cost from cost_charges
        where run_id = ${runId}::uuid and correction_of is not null order by card, meter, tier`);
      return { period, corrections };
    } catch (error) {
      if (!(isGuard(error, USAGE_MOVED) || isGuard(error, NOT_CLOSED)) || left <= 1) throw error;
    }
  }
}

/** The rows of a charge's family: its own, and those of its corrections. */
const familyOf = (id: string): Statement =>
  sql`(select id from cost_charges where id = ${id}::uuid or correction_of = ${id}::uuid)`;

function writeDelta(charge: Charge, delta: Charge, by: { runId: string; actor: string; reason: string }): Statement[] {
  const isGone = charge.base.kind === "none" && charge.used === null && charge.problem === GONE;
  return [
    sql`
      with now_rows as (${isGone ? sql`select * from (${lineRows(charge)}) r where false` : lineRows(charge)}),
      differences as (
        select cell_id, day, function, tenant_id, workflow_id, evidence, is_allocated, sum(quantity) as quantity, sum(unmeasured)::bigint as unmeasured,
          sum(list_cost) as list_cost, sum(effective_cost) as effective_cost
        from (
          select cell_id, day, function, tenant_id, workflow_id, evidence, is_allocated, quantity, unmeasured, list_cost, effective_cost from now_rows
          union all
          select cell_id, day, function, tenant_id, workflow_id, evidence, is_allocated, -quantity, -unmeasured, -list_cost, -effective_cost
          from cost_lines where charge_id in ${familyOf(charge.id)}) told_and_now
        group by 1, 2, 3, 4, 5, 6, 7),
      written as (
        insert into cost_lines (charge_id, position, cell_id, period, day, account_id, provider, card, meter, function, tenant_id,
          workflow_id, evidence, is_allocated, quantity, unmeasured, list_cost, effective_cost)
        select ${delta.id}::uuid, row_number() over (order by day, function collate "C", tenant_id collate "C" nulls first,
            workflow_id collate "C" nulls first, cell_id, evidence collate "C", is_allocated),
          cell_id, ${charge.period}, day, ${charge.accountId}, ${charge.provider}, ${charge.card}, ${charge.meter}, function, tenant_id, workflow_id,
          evidence, is_allocated, trim_scale(quantity), unmeasured, trim_scale(list_cost), trim_scale(effective_cost)
        from differences
        where coalesce(quantity, 0) <> 0 or unmeasured <> 0 or coalesce(list_cost, 0) <> 0 or coalesce(effective_cost, 0) <> 0
        returning 1)
      select ${countChanges(sql`(select count(*) from written)`)}`,
    sql`with charge as (${upsertCharge(delta, by.runId, { of: charge.id, reason: by.reason, actor: by.actor })})
      select ${countChanges(sql`(select count(*) from charge)`)}`,
    // A difference of nothing is none.
    sql`delete from cost_charges c where id = ${delta.id}::uuid and not exists (select from cost_lines where charge_id = c.id)
      and coalesce(billed_cost, 0) = 0 and coalesce(used, 0) = 0 and coalesce(list_cost, 0) = 0`,
    ...(isGone
      ? []
      : [
          sumsHold(
            charge,
            sql`(select id from cost_charges where id = ${charge.id}::uuid or correction_of = ${charge.id}::uuid)`,
          ),
        ]),
  ];
}

type ToldCharges = ReadonlyMap<
  string,
  Told & {
    charge: Omit<Charge, "used" | "billable" | "amountExact" | "amount" | "billedFemto" | "listFemto" | "unmeasured">;
  }
>;

const GONE = "no longer charged";

/** What was charged so far, corrections included, by the first charge's id. */
async function readTold(db: Database, period: string): Promise<ToldCharges> {
  type Row = Told & { id: string } & Record<
      | "fromDay"
      | "toDay"
      | "accountId"
      | "spread"
      | "provider"
      | "service"
      | "card"
      | "cardHash"
      | "meter"
      | "kind"
      | "unit"
      | "priceLevel"
      | "priceSource"
      | "currency"
      | "exchangeRate",
      string
    > & {
      priceDate: string | null;
      tier: number;
      exchangeDate: string | null;
      unitPrice: string | null;
      evidence: Charge["evidence"];
    };
  const rows = await db.query(sql<Row>`
    select c.id, c.from_day::text as from_day, c.to_day::text as to_day, c.account_id, c.spread, c.provider, c.service, c.card, c.card_hash,
      c.price_date::text as price_date, c.meter, c.tier, c.kind, c.unit, c.evidence, c.price_level, c.price_source, c.currency,
      trim_scale(c.exchange_rate)::text as exchange_rate, c.exchange_date::text as exchange_date, trim_scale(c.unit_price)::text as unit_price,
      f.* from cost_charges c cross join lateral (
        select trim_scale(sum(used))::text as used, trim_scale(sum(billable))::text as billable, trim_scale(sum(amount_exact))::text as amount_exact,
          trim_scale(sum(amount))::text as amount, trim_scale(sum(billed_cost))::text as billed_cost, trim_scale(sum(list_cost))::text as list_cost,
          sum(unmeasured)::bigint as unmeasured
        from cost_charges f where f.id = c.id or f.correction_of = c.id) f
    where c.period = ${period} and c.correction_of is null`);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        charge: {
          ...row,
          period,
          hosts: [],
          spread: row.spread as Charge["spread"], // safe: the column's enum
          exchangeRate: parseDecimal(row.exchangeRate),
          unitPrice: row.unitPrice === null ? null : parseDecimal(row.unitPrice),
          isRead: false,
          included: null,
          billedFrom: ZERO,
          billedTo: null,
          problem: GONE,
          base: { kind: "none" },
        },
      },
    ]),
  );
}

/** Charges that would not be made any more: their difference is all that was charged. */
const gone = (charges: readonly Charge[], told: ToldCharges): Charge[] =>
  [...told]
    .filter(([id]) => !charges.some((charge) => charge.id === id))
    .map(([, { charge }]) => ({
      ...charge,
      used: null,
      billable: null,
      amountExact: null,
      amount: null,
      billedFemto: null,
      listFemto: null,
      unmeasured: 0,
    }));

/** A charge as its difference to what was told; figures that never were stay unknown. */
function less(charge: Charge, told: Told | undefined): Charge {
  const minus = (value: Decimal | null, before: string | null | undefined): Decimal | null =>
    value === null && (before === null || before === undefined)
      ? null
      : (value ?? ZERO).minus(parseDecimal(before ?? "0"));
  const amount = minus(charge.amount === null ? null : parseDecimal(charge.amount), told?.amount);
  const femto = (value: bigint | null, before: string | null | undefined): bigint | null =>
    value === null && (before === null || before === undefined)
      ? null
      : (value ?? 0n) - toFemto(parseDecimal(before ?? "0"));
  return {
    ...charge,
    used: minus(charge.used, told?.used),
    billable: minus(charge.billable, told?.billable),
    amountExact: minus(charge.amountExact, told?.amountExact),
    amount: amount === null ? null : toDecimalString(amount),
    billedFemto: femto(charge.billedFemto, told?.billedCost),
    listFemto: femto(charge.listFemto, told?.listCost),
    unmeasured: charge.unmeasured - (told?.unmeasured ?? 0),
  };
}
