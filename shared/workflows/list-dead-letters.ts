import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";

/** What was given up. */
export interface DeadLetter {
  id: string;
  queue: string;
  eventId: string | null;
  /** Set when a webhook was given up. */
  deliveryId: string | null;
  executionId: string | null;
  reason: string;
  detail: string | null;
  attempts: number;
  createdAt: Date;
}

/** The tenant's dead letters that nobody has replayed yet, newest first. */
export async function listDeadLetters(db: Database, tenantId: string, input: PageInput): Promise<Page<DeadLetter>> {
  const rows = await db.query(sql<DeadLetter>`
    select id, queue, event_id, delivery_id, execution_id, reason, detail, attempts, created_at from dead_letters
    where tenant_id = ${tenantId} and replayed_at is null${pageClause(sql`dead_letters`, tenantId, input)}`);
  return toPage(rows, input);
}
