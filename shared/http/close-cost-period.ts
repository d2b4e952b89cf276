import { type ClosedPeriod, closePeriod, PeriodRunningError } from "#shared/costs/ledger/close-period.ts";
import { type CorrectedPeriod, correctPeriod, PeriodOpenError } from "#shared/costs/ledger/correct-period.ts";
import { PeriodClosedError } from "#shared/costs/ledger/price-period.ts";
import { announcePeriod } from "#shared/costs/notices/announce-reports.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";

/** Closes a month for an actor, and tells of its final report. Fails with `period_running` and `period_closed`. */
export async function closeCostPeriod(
  ctx: RainwireContext,
  period: string,
  actor: string,
): Promise<ClosedPeriod | Failure> {
  try {
    const closed = await closePeriod(ctx.db, period, { actor, nowMs: ctx.clock() });
    ctx.waitUntil(
      announcePeriod(ctx, period, "final").catch((error: unknown) =>
        ctx.log.error("the report of a closed month waits for its task", { period, error: String(error) }),
      ),
    );
    return closed;
  } catch (error) {
    if (error instanceof PeriodRunningError) return fail("period_running", error.message);
    if (error instanceof PeriodClosedError) return fail("period_closed", error.message);
    throw error;
  }
}

/** Corrects a closed month by new rows. Fails with `period_open`. */
export async function correctCostPeriod(
  ctx: RainwireContext,
  period: string,
  input: { actor: string; reason: string },
): Promise<CorrectedPeriod | Failure> {
  try {
    return await correctPeriod(ctx.db, period, input);
  } catch (error) {
    if (error instanceof PeriodOpenError) return fail("period_open", error.message);
    throw error;
  }
}
