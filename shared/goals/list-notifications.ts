import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
import { type Notification, SELECT_NOTIFICATION } from "./notification.ts";

export interface NotificationFilter extends PageInput {
  userId?: string | undefined;
  /** Only those read, or only those not read yet. */
  isRead?: boolean | undefined;
}

/** The tenant's notifications, newest first. */
export async function listNotifications(
  db: Database,
  tenantId: string,
  filter: NotificationFilter,
): Promise<Page<Notification>> {
  const filters = whereEqual([[sql`user_id`, filter.userId]]);
  const read = filter.isRead === undefined ? sql`` : sql` and (read_at is not null) = ${filter.isRead}`;
  const page = pageClause(sql`notifications`, tenantId, filter);
  const rows = await db.query(
    sql<Notification>`${SELECT_NOTIFICATION} where tenant_id = ${tenantId}${filters}${read}${page}`,
  );
  return toPage(rows, filter);
}
