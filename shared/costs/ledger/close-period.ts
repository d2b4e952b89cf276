import { type Database, isGuard } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { daysOf, Period } from "./month.ts";
import { CLOSED, PeriodClosedError, readPricingInputs, writePricing } from "./price-period.ts";
import { listGaps } from "./raise-gaps.ts";
import { rollUpUsage } from "./roll-up.ts";
import { USAGE_MOVED } from "./write-charge.ts";

export interface ClosedPeriod {
  period: string;
  outputHash: string;
  closedBy: string;
  /** Invocations that left no record, of any process: what they cost is in no figure. */
  missingRecords: number;
}

/** A month that is not over takes usage still. */
export class PeriodRunningError extends Error {
  override readonly name = "PeriodRunningError";
}

const TRIES = 5;

/**
 * Prices a month that is over for the last time, and closes it: who, when, and the hash of what was priced. From then
 * on its rows never change; what comes later is a correction. Throws a {@link PeriodRunningError} before the month's
 * end, and a {@link PeriodClosedError} the second time.
 * @param actor e.g. `user:…`
 */
export async function closePeriod(
  db: Database,
  input: string,
  { actor, nowMs = Date.now() }: { actor: string; nowMs?: number },
): Promise<ClosedPeriod> {
  const period = Period.parse(input);
  const { to } = daysOf(period);
  if (nowMs < Date.parse(to))
    throw new PeriodRunningError(`${period} runs until ${to} (UTC): close it after that day has begun`);
  await rollUpUsage(db);
  for (let left = TRIES; ; left--) {
    const pricing = await readPricingInputs(db, period);
    try {
      const rows = await db.batch([
        ...writePricing(period, pricing, uuidv7(), new Date(), { cause: "close", actor }),
        sql`update cost_periods set state = 'closed', epoch = 1, closed_at = now(), closed_by = ${actor} where period = ${period} returning output_hash`,
      ]);
      const [closed] = rows.at(-1) as [{ outputHash: string }]; // safe: the batch made sure that there is an open period
      const gaps = await listGaps(db);
      return {
        period,
        outputHash: closed.outputHash,
        closedBy: actor,
        missingRecords: gaps.reduce((sum, { missing }) => sum + missing, 0),
      };
    } catch (error) {
      if (isGuard(error, CLOSED)) throw new PeriodClosedError(period);
      if (!isGuard(error, USAGE_MOVED) || left <= 1) throw error;
    }
  }
}
