import { sql } from "#shared/database/sql.ts";
import type { CostReader } from "../read-costs.ts";

/** What changed of a closed month, as a row of its own. */
export interface Correction {
  id: string;
  card: string;
  meter: string;
  /** In USD: what it adds to the month. */
  billedCost: string | null;
  reason: string | null;
  createdAt: string;
  createdBy: string | null;
}

export const listCorrections = ({ db }: Pick<CostReader, "db">, period: string): Promise<Correction[]> =>
  db.query(sql<Correction>`
    select c.id, c.card, c.meter, trim_scale(c.billed_cost)::text as billed_cost, c.correction_reason as reason,
      to_char(c.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as created_at,
      coalesce((select coalesce(nullif(u.name, ''), u.email) from "user" u where 'user:' || u.id = c.created_by), c.created_by)
        as created_by
    from cost_charges c where c.period = ${period} and c.correction_of is not null order by c.created_at, c.id`);
