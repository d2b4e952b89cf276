import { type Statement, sql } from "#shared/database/sql.ts";
import type { CostReader } from "../read-costs.ts";

/** A month of the ledger: how it stands, who closed it, and by which run its rows were made. Amounts in USD. */
export interface CostPeriod {
  period: string;
  state: "open" | "closed";
  effectiveCost: string | null;
  listCost: string | null;
  /** When and by whom it was closed: a name where the actor is a user. */
  closedAt: string | null;
  closedBy: string | null;
  closedByName: string | null;
  pricedAt: string | null;
  inputHash: string | null;
  outputHash: string | null;
  charges: number;
  corrections: number;
}

/** The months that were priced, the newest first. */
export const listPeriods = ({ db }: Pick<CostReader, "db">, limit: number): Promise<CostPeriod[]> =>
  db.query(periods(sql`order by p.period desc limit ${limit}`));

export async function readPeriod({ db }: Pick<CostReader, "db">, period: string): Promise<CostPeriod | undefined> {
  const [found] = await db.query(periods(sql`where p.period = ${period}`));
  return found;
}

const instantText = (column: Statement): Statement =>
  sql`to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const periods = (which: Statement): Statement<CostPeriod> => sql<CostPeriod>`
  select p.period, p.state, p.closed_by, p.output_hash, r.input_hash, c.charges, c.corrections,
    ${instantText(sql`p.closed_at`)} as closed_at, ${instantText(sql`r.finished_at`)} as priced_at,
    (select coalesce(nullif(u.name, ''), u.email) from "user" u where 'user:' || u.id = p.closed_by) as closed_by_name,
    trim_scale(s.effective_cost)::text as effective_cost, trim_scale(s.list_cost)::text as list_cost
  from cost_periods p
  left join pricing_runs r on r.id = p.run_id
  cross join lateral (
    select count(*) filter (where correction_of is null)::int as charges,
      count(*) filter (where correction_of is not null)::int as corrections
    from cost_charges where period = p.period) c
  cross join lateral (
    select sum(effective_cost) as effective_cost, sum(list_cost) as list_cost
    from cost_rollups where period = p.period and dimension = 'meter') s
  ${which}`;
