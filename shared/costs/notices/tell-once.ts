import { type Database, isGuard } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import type { EventData } from "#shared/events/catalog.ts";
import type { Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import { derivedId } from "#shared/kernel/id.ts";

type NoticeEvent = "costs.report_ready" | "costs.budget_crossed";

export interface Notice<Name extends NoticeEvent> {
  /** What may be told once. */
  key: string;
  event: Name;
  /** Of the event; `platform` for the platform's own. */
  tenantId: string;
  period: string;
  threshold?: { budgetId: string; percent: number; of: "actual" | "forecast" };
  data: Omit<EventData<Name>, "noticeId">;
  cause: Cause;
}

const ALREADY_TOLD = "notice_already_told";

/**
 * Emits an event of costs once per key: its mark and the event are written in one batch, so that of any number of
 * processes, and after any crash, one tells it.
 * @returns whether this call told it
 */
export async function tellOnce<Name extends NoticeEvent>(db: Database, notice: Notice<Name>): Promise<boolean> {
  const { key, event, tenantId, period, threshold, cause } = notice;
  const id = derivedId("cost-notice", key);
  const data = { noticeId: id, ...notice.data } as EventData<Name>; // safe: Omit of the same type, and what it left out
  const kind = event === "costs.report_ready" ? "report" : "budget";
  const mark = sql`insert into cost_notices (id, key, kind, tenant_id, period, budget_id, threshold_percent, threshold_of)
    values (${id}, ${key}, ${kind}, ${tenantId}, ${period}, ${threshold?.budgetId ?? null},
      ${threshold?.percent ?? null}, ${threshold?.of ?? null})
    on conflict do nothing`;
  const told = emit({ name: event, tenantId, subject: `cost-notices/${id}`, subjectVersion: 1, data, cause });
  try {
    await db.batch([mustHit(ALREADY_TOLD, mark), told]);
    return true;
  } catch (error) {
    if (isGuard(error, ALREADY_TOLD)) return false;
    throw error;
  }
}

/** Those of `keys` that were told. */
export async function toldOf(db: Database, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query(sql<{ key: string }>`select key from cost_notices where key = any(${keys}::text[])`);
  return new Set(rows.map(({ key }) => key));
}
