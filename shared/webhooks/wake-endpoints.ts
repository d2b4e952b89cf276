import type { Database } from "#shared/database/database.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { ENDPOINT_QUEUE } from "./endpoints-context.ts";

/** A wake whose message has not come this long after it was due is sent again, in case it was lost. */
const LOST_AFTER_SECONDS = 60;

/**
 * Sends endpoints' wake messages: for when their next delivery is due, or their circuit lets one through, whatever has
 * come by then. An endpoint has one message on its way at most, the soonest.
 */
const wakeWhere = (which: Statement, isLost: Statement): Statement =>
  emitting(sql`
    with next as (
      select w.id, case when w.blocked_until > now() then w.blocked_until else greatest(due.due_at, now()) end as at
      from webhook_endpoints w left join lateral (
        select d.due_at from endpoint_deliveries d where d.endpoint_id = w.id and d.due_at is not null
        order by d.due_at limit 1) due on true
      where w.status = 'active' and ${which} and (due.due_at is not null or w.blocked_until > now())),
    told as (
      update webhook_endpoints w set wake_at = next.at from next
      where w.id = next.id and (w.wake_at is null or w.wake_at > next.at or ${isLost})
      returning w.id, w.tenant_id, w.wake_at)
    insert into outbox (queue, body, tenant_id, available_at)
    select ${ENDPOINT_QUEUE}, jsonb_build_object('endpointId', id), tenant_id, wake_at from told`);

/** Wakes these endpoints when something of theirs is due. */
export const wakeEndpoints = (endpointIds: readonly string[]): Statement =>
  wakeWhere(sql`w.id = any(${endpointIds}::uuid[])`, sql`false`);

/** Wakes every endpoint whose deliveries are due and that nobody wakes: what a crash or a race left behind. */
export async function sweepEndpoints(db: Database): Promise<void> {
  const isLost = sql`w.wake_at < now() - ${LOST_AFTER_SECONDS}::int * interval '1 second'`;
  await db.query(wakeWhere(sql`true`, isLost));
}
