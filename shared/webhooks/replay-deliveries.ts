import type { Database } from "#shared/database/database.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { dueAt, messagesOf } from "./fan-out.ts";
import { isSubscribed } from "./match-endpoint.ts";

/** Events that one call replays at most. */
export const MOST_REPLAYED = 1_000;
/** What is left is counted up to here. */
const MOST_COUNTED = 100_000;

export interface ReplayRange {
  since: Date;
  /** Default: now. */
  until?: Date | undefined;
  /** The `next` of the call before. */
  after?: string | undefined;
  /** Leaves out what was delivered. */
  isUndeliveredOnly: boolean;
}

export interface Replayed {
  /** Deliveries queued by this call. What is queued already stays as it is and is not counted. */
  replayed: number;
  /** Events still to come, counted up to a hundred thousand. */
  remaining: number;
  /** Go on with it; null when nothing remains. */
  next: string | null;
}

/**
 * Queues the events in `chosen` for the endpoints `w` anew, whatever became of them before, and sends their messages.
 * An endpoint that is not active keeps them until it is.
 */
const requeue = (chosen: Statement): Statement<{ replayed: number }> =>
  emitting(sql<{ replayed: number }>`
    with chosen as (${chosen}),
    made as (
      insert into endpoint_deliveries as d (endpoint_id, event_id, tenant_id, event_type, due_at, order_key, order_version)
      select endpoint_id, event_id, tenant_id, name, due_at, order_key, subject_version from chosen
      on conflict (endpoint_id, event_id) do update set status = 'queued', attempts = 0, due_at = excluded.due_at,
        order_key = excluded.order_key, settled_at = null, died_at = null, last_error = null, http_status = null
      where d.status <> 'queued'
      returning endpoint_id, event_id, tenant_id, due_at, order_key),
    sent as (${messagesOf})
    select count(*) as replayed from made`);

const COLUMNS: Statement = sql`w.id as endpoint_id, e.id as event_id, w.tenant_id, e.name, ${dueAt} as due_at,
  case when w.is_ordered then e.subject end as order_key, e.subject_version`;

/** Sends one event of the tenant to an endpoint again, whether it subscribed to it or not. */
export async function replayEvent(
  db: Database,
  tenantId: string,
  endpointId: string,
  eventId: string,
): Promise<Replayed | Failure> {
  const [known, [{ replayed } = { replayed: 0 }]] = await db.batch([
    sql`select from webhook_endpoints w join events e on e.tenant_id = w.tenant_id
      where w.tenant_id = ${tenantId} and w.id = ${endpointId} and e.id = ${eventId}`,
    requeue(sql`select ${COLUMNS} from webhook_endpoints w join events e on e.tenant_id = w.tenant_id
      where w.tenant_id = ${tenantId} and w.id = ${endpointId} and e.id = ${eventId}`),
  ]);
  if (known.length === 0) return fail("not_found", "There is no such webhook endpoint, or no such event.");
  return { replayed, remaining: 0, next: null };
}

/**
 * Sends again the events of a time that an endpoint subscribed to, the oldest {@link MOST_REPLAYED} first; `next` goes
 * on after them.
 */
export async function replayRange(
  db: Database,
  tenantId: string,
  endpointId: string,
  range: ReplayRange,
): Promise<Replayed | Failure> {
  const { since, until, after, isUndeliveredOnly } = range;
  const matching = (from: Statement): Statement => sql`
    from webhook_endpoints w join events e on e.tenant_id = w.tenant_id
    where w.tenant_id = ${tenantId} and w.id = ${endpointId} and ${isSubscribed} and e.name <> 'webhook.test'
      and e.tenant_id = ${tenantId} and e.id >= rainwire_first_id(${since}::timestamptz)
      and (e.id < rainwire_first_id(${until ?? null}::timestamptz)) is not false and ${from}
      and not (${isUndeliveredOnly} and exists (select from endpoint_deliveries d
        where d.endpoint_id = w.id and d.event_id = e.id and d.status = 'delivered'))`;
  const page = sql`select ${COLUMNS} ${matching(sql`(e.id > ${after ?? null}::uuid) is not false`)}
    order by e.id limit ${MOST_REPLAYED}`;
  const [known, [last]] = await db.batch([
    sql`select from webhook_endpoints where tenant_id = ${tenantId} and id = ${endpointId}`,
    sql<{ id: string }>`select event_id as id from (${page}) as page order by event_id desc limit 1`,
  ]);
  if (known.length === 0) return fail("not_found", `There is no webhook endpoint ${endpointId}.`);
  if (!last) return { replayed: 0, remaining: 0, next: null };
  const [[{ remaining } = { remaining: 0 }], [{ replayed } = { replayed: 0 }]] = await db.batch([
    sql<{ remaining: number }>`select count(*) as remaining
      from (select 1 ${matching(sql`e.id > ${last.id}::uuid`)} limit ${MOST_COUNTED}) as rest`,
    requeue(page),
  ]);
  return { replayed, remaining, next: remaining > 0 ? last.id : null };
}
