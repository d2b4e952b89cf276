import { z } from "zod";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { DECIMAL } from "#shared/kernel/money.ts";
import { IsoDate } from "../price-card.ts";

/** A quantity that Rainwire cannot count itself, as the provider or an operator tells it. */
export const Reading = z.strictObject({
  accountId: z.string(),
  card: z.string(),
  meter: z.string(),
  fromDay: IsoDate,
  /** Exclusive. */
  toDay: IsoDate,
  /** In the meter's unit. */
  quantity: z.string().regex(DECIMAL),
  evidence: z.enum(["metered", "estimated"]),
  /** Where it was read. */
  source: z.string().min(1),
});
export type Reading = z.infer<typeof Reading>;

/** Readings that touch the days from `from` to `to` (exclusive), in an order of their own. */
export const listReadings = (db: Database, from: string, to: string): Promise<Reading[]> =>
  db.query(sql<Reading>`
    select account_id, card, meter, from_day, to_day, trim_scale(quantity)::text as quantity, evidence, source from cost_readings
    where from_day < ${to}::date and to_day > ${from}::date order by account_id, card, meter, from_day, to_day`);

/** Takes readings; one of the same meter and days replaces the one before. Spans of one meter must not overlap. */
export async function putReadings(db: Database, readings: readonly Reading[], actor: string | null): Promise<void> {
  const checked = z.array(Reading).parse(readings);
  await db.batch(
    checked.map(
      (reading) => sql`
      insert into cost_readings (account_id, card, meter, from_day, to_day, quantity, evidence, source, recorded_by)
      values (${reading.accountId}, ${reading.card}, ${reading.meter}, ${reading.fromDay}::date, ${reading.toDay}::date,
        ${reading.quantity}::numeric, ${reading.evidence}, ${reading.source}, ${actor})
      on conflict (account_id, card, meter, from_day, to_day) do update set quantity = excluded.quantity,
        evidence = excluded.evidence, source = excluded.source, recorded_by = excluded.recorded_by, recorded_at = now()`,
    ),
  );
}
