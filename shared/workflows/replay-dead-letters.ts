import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { ErrorCode } from "#shared/kernel/errors.ts";
import { type ReplayContext, replayDeadLetter } from "./replay-dead-letter.ts";

/** The most that one call replays; the rest stays open for the next. */
export const MOST_REPLAYS = 500;

export interface Replayed {
  replayed: string[];
  refused: { id: string; code: ErrorCode }[];
}

/** Replays the letters named, or the oldest open ones; each by itself, so that one refused holds no other back. */
export async function replayDeadLetters(
  ctx: ReplayContext,
  tenantId: string,
  which: { ids: readonly string[] } | { all: true },
): Promise<Replayed> {
  const ids = "ids" in which ? which.ids : await oldestOpen(ctx.db, tenantId);
  const outcome: Replayed = { replayed: [], refused: [] };
  for (const id of new Set(ids)) {
    const refusal = await replayDeadLetter(ctx, tenantId, id);
    if (refusal) outcome.refused.push({ id, code: refusal.failure });
    else outcome.replayed.push(id);
  }
  return outcome;
}

async function oldestOpen(db: Database, tenantId: string): Promise<string[]> {
  const rows = await db.query(sql<{ id: string }>`select id from dead_letters
    where tenant_id = ${tenantId} and replayed_at is null order by id limit ${MOST_REPLAYS}`);
  return rows.map(({ id }) => id);
}
