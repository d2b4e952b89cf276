import type { Charge } from "#shared/costs/focus-export/charge.ts";
import { readUsedCharges } from "#shared/costs/focus-export/read-charges.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Decimal, divide, FEMTO_PLACES, parseDecimal, ZERO } from "#shared/kernel/money.ts";

/** What the ledger has of one meter's use in a month, corrections of it included. */
export interface Metered {
  readonly accountId: string;
  readonly accountName: string;
  readonly provider: string;
  readonly service: string;
  readonly card: string;
  readonly meter: string;
  readonly unit: string;
  readonly currency: string;
  readonly charges: readonly Charge[];
  readonly quantity: Decimal | null;
  readonly cost: Decimal | null;
  readonly allocated: Decimal | null;
}

export async function readMetered(db: Database, period: string): Promise<Metered[]> {
  const charges = await readUsedCharges(db, period);
  const shares = await db.query(sql<{ chargeId: string; allocated: string | null }>`
    select charge_id, sum(effective_cost) filter (where is_allocated)::text as allocated
    from cost_lines where charge_id = any(${charges.map(({ id }) => id)}::uuid[]) group by charge_id`);
  const allocated = new Map(shares.map((share) => [share.chargeId, share.allocated]));
  const groups = Map.groupBy(charges, ({ accountId, card, meter }) => JSON.stringify([accountId, card, meter]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { accountId, accountName, provider, service, card, meter, unit, currency } = first;
    return [
      {
        ...{ accountId, accountName, provider, service, card, meter, unit, currency, charges: group },
        quantity: total(group.map(({ used }) => used)),
        cost: total(group.map(({ amount }) => amount)),
        allocated: total(group.map((charge) => inItsCurrency(charge, allocated.get(charge.id) ?? null))),
      },
    ];
  });
}

/** Sum of what is known; null when nothing is. */
function total(figures: readonly (string | null)[]): Decimal | null {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? null : known.reduce((sum, figure) => sum.plus(parseDecimal(figure)), ZERO);
}

/** USD of the ledger in the currency of the invoice. */
function inItsCurrency({ amount, exchangeRate }: Charge, usd: string | null): string | null {
  if (amount === null) return null;
  return divide(parseDecimal(usd ?? "0"), parseDecimal(exchangeRate), FEMTO_PLACES).toFixed();
}
