import { sql } from "#shared/database/sql.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import type { GoalsContext } from "./create-goal.ts";
import { type Notification, notificationOf } from "./notification.ts";
import { type Actor, firstOf, writeAs } from "./write-as.ts";

/** Marks a notification as read; the first time stands. */
export async function markNotificationRead(
  { db, clock }: GoalsContext,
  actor: Actor,
  id: string,
): Promise<Notification | Failure> {
  const { tenantId } = actor;
  const mark = sql`update notifications set read_at = ${new Date(clock())}
    where tenant_id = ${tenantId} and id = ${id} and read_at is null`;
  return firstOf(await writeAs(db, actor, [mark], notificationOf(tenantId, id)));
}
