import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Decimal, parseDecimal, ZERO } from "#shared/kernel/money.ts";

/** What the imports of a month say of one meter, or of one line that is called like none of ours. */
export interface Invoiced {
  readonly accountId: string | null;
  readonly issuer: string;
  readonly card: string | null;
  readonly meter: string | null;
  readonly description: string;
  readonly unit: string | null;
  readonly currency: string | null;
  readonly numbers: readonly string[];
  readonly rows: number;
  readonly quantity: Decimal | null;
  readonly cost: Decimal | null;
}

interface SourceSum {
  accountId: string | null;
  issuer: string;
  number: string | null;
  card: string | null;
  meter: string | null;
  description: string;
  unit: string | null;
  currency: string | null;
  rows: number;
  quantity: string | null;
  cost: string | null;
}

/**
 * The imported lines of a month, one for each account and meter. Of a row that came in several files the latest counts.
 * Where an invoice and a usage statement tell of the same meter they are not added: costs are taken from the invoice
 * first, quantities from whoever tells them. What a purchase covers was bought with it, and does not count again.
 */
export async function readInvoiced(db: Database, period: string): Promise<Invoiced[]> {
  const sums = await db.query(sql<SourceSum>`
    with ranked as (
      select l.*, i.issuer, i.number, m.kind, dense_rank() over (
        partition by m.kind, l.account_id, i.issuer, i.number, l.card, l.meter, l.description, l.category, l.charge_class,
          l.from_day, l.to_day
        order by m.imported_at desc, m.id desc) as age
      from invoice_lines l join invoices i on i.id = l.invoice_id join cost_imports m on m.id = i.import_id
      where l.period = ${period})
    select account_id, issuer, number, card, meter,
      case when card is null then description else '' end as description, max(unit) as unit, currency,
      count(*)::int as rows, coalesce(sum(quantity) filter (where category = 'Purchase'), sum(quantity))::text as quantity, sum(billed_cost)::text as cost
    from ranked where age = 1
    group by kind, account_id, issuer, number, card, meter, 6, currency
    order by account_id nulls last, issuer, card nulls last, meter nulls last, 6, number nulls last, kind, currency`);
  const groups = Map.groupBy(sums, ({ accountId, issuer, card, meter, description }) =>
    JSON.stringify(card === null ? [accountId, issuer, description] : [accountId, card, meter]),
  );
  return [...groups.values()].flatMap(merge);
}

/** Sums of one meter by source, as one: of several sources the first that tells a figure is taken. */
function merge(sums: readonly SourceSum[]): Invoiced[] {
  const [first] = sums;
  if (!first) return [];
  const numbered = sums.filter(({ number }) => number !== null);
  const sources =
    numbered.length > 0 ? [numbered, sums.filter(({ number }) => number === null)] : sums.map((one) => [one]);
  const told = (figure: (sum: SourceSum) => string | null): Decimal | null => {
    const source = sources.find((group) => group.some((one) => figure(one) !== null)) ?? [];
    const figures = source.map(figure).filter((text) => text !== null);
    return figures.length === 0 ? null : figures.reduce((total, text) => total.plus(parseDecimal(text)), ZERO);
  };
  const costed = sums.find(({ cost }) => cost !== null);
  return [
    {
      ...first,
      currency: costed?.currency ?? first.currency,
      numbers: [...new Set(numbered.flatMap(({ number }) => number ?? []))],
      rows: sums.reduce((count, { rows }) => Math.max(count, rows), 0),
      quantity: told(({ quantity }) => quantity),
      cost: told(({ cost }) => cost),
    },
  ];
}
