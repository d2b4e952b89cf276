import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { periodOf } from "./month.ts";
import { type Priced, pricePeriod } from "./price-period.ts";
import { raiseGaps } from "./raise-gaps.ts";
import { type RolledUp, rollUpUsage } from "./roll-up.ts";

/** A pricing that takes long is made less often: at most this part of the time goes into it. */
const MOST_OF_THE_TIME = 0.05;
/** Months that are looked at: this one and those before, while they are open. */
const MONTHS_BACK = 3;

export interface KeptLedger {
  rolledUp: RolledUp;
  priced: Priced[];
  /** Gaps that were told of. */
  gaps: number;
}

/** Keeps the ledger current: rolls up what has come, prices the open months that changed, and tells of missing records. */
export async function keepLedger(db: Database, nowMs: number): Promise<KeptLedger> {
  const rolledUp = await rollUpUsage(db);
  const gaps = await raiseGaps(db);
  const priced: Priced[] = [];
  for (const period of await duePeriods(db, nowMs)) {
    priced.push(await pricePeriod(db, period, { cause: "task", onlyIfChanged: true }));
  }
  return { rolledUp, priced, gaps };
}

async function duePeriods(db: Database, nowMs: number): Promise<string[]> {
  const now = new Date(nowMs);
  const rows = await db.query(sql<{ period: string }>`
    select month.period from (
      select to_char(${now.toISOString().slice(0, 10)}::date - n * interval '1 month', 'YYYY-MM') as period from generate_series(0, ${MONTHS_BACK}::int) as n) month
    left join cost_periods p on p.period = month.period left join pricing_runs r on r.id = p.run_id
    where coalesce(p.state, 'open') = 'open'
      and (r.id is null or extract(epoch from ${now} - r.finished_at) * ${MOST_OF_THE_TIME}::float8 >= extract(epoch from r.finished_at - r.started_at))
      and (month.period = ${periodOf(now.toISOString())} or r.id is not null or exists (
        select from usage_cells where day >= (month.period || '-01')::date and day < ((month.period || '-01')::date + interval '1 month')::date))
    order by 1`);
  return rows.map(({ period }) => period);
}
