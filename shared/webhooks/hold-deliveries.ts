import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import { LEASE_MS } from "./endpoints-context.ts";

/** A delivery that this invocation may send: nobody else does, unless it falls silent. */
export interface HeldDelivery {
  endpointId: string;
  eventId: string;
  /** Requests made before this one. */
  attempts: number;
  /** Its subject, where it keeps its place in the order of that. */
  orderKey: string | null;
  /** It was parked before, so it goes before younger ones. */
  wasParked: boolean;
  /** Its event, until its row is written. */
  unwritten?: StoredEvent | undefined;
}

/** An endpoint as its sender needs it; the secrets are sealed. */
export interface SendingEndpoint {
  id: string;
  tenantId: string;
  url: string;
  status: "active" | "paused" | "disabled";
  secretEncrypted: string;
  /** Null when its overlap is over. */
  previousSecretEncrypted: string | null;
  failures: number;
  /** Of its circuit; null when that is closed. */
  blockedUntil: Date | null;
}

/** What a batch of messages brings. */
export interface Brought {
  /** Named by a message for the first time: queued for certain, and nobody's yet. */
  fresh: readonly (readonly [endpointId: string, eventId: string])[];
  /** Named by a message that was handed out before. */
  again: readonly (readonly [endpointId: string, eventId: string])[];
  ordered: readonly (readonly [endpointId: string, eventId: string])[];
  /** Endpoints of which something may be due, with how many may start. */
  woken: readonly { endpointId: string; room: number }[];
}

const ids = (pairs: Brought["fresh"], at: 0 | 1): string[] => pairs.map((pair) => pair[at]);

const leaseEnd: Statement = sql`now() + ${LEASE_MS}::int * interval '1 millisecond'`;

/**
 * Whoever changes endpoints, or decides about order, does so under their rows, taken in one order: so deciding and
 * settling cannot miss each other, and no two batches wait for each other.
 */
export const lockEndpoints = (endpointIds: readonly string[]): Statement =>
  sql`select from webhook_endpoints where id = any(${endpointIds}::uuid[]) order by id for update`;

/** What is due of the endpoints woken, the longest due first; of one that fails, only one, to try it. */
const takeDue = (woken: Brought["woken"]): Statement<HeldDelivery> => sql<HeldDelivery>`
  with open as (
    update webhook_endpoints w set wake_at = null
    from unnest(${woken.map(({ endpointId }) => endpointId)}::uuid[], ${woken.map(({ room }) => room)}::int[]) as g(id, room)
    where w.id = g.id
    returning w.id, case when w.status <> 'active' or w.blocked_until > now() then 0
      when w.failures > 0 then least(g.room, 1) else g.room end as room),
  due as (
    select next.endpoint_id, next.event_id from open cross join lateral (
      select d.endpoint_id, d.event_id from endpoint_deliveries d
      where d.endpoint_id = open.id and d.due_at <= now() order by d.due_at limit open.room for update skip locked) next)
  update endpoint_deliveries d set due_at = ${leaseEnd} from due
  where d.endpoint_id = due.endpoint_id and d.event_id = due.event_id and d.status = 'queued'
  returning d.endpoint_id, d.event_id, d.attempts, d.order_key, true as was_parked`;

/** Those that no earlier version of their subject stands before; the others wait for that one to be settled. */
const takeOrdered = (pairs: Brought["fresh"]): Statement<HeldDelivery> => sql<HeldDelivery>`
  update endpoint_deliveries d set due_at = ${leaseEnd}
  from unnest(${ids(pairs, 0)}::uuid[], ${ids(pairs, 1)}::uuid[]) as p(endpoint_id, event_id)
  where d.endpoint_id = p.endpoint_id and d.event_id = p.event_id and d.status = 'queued' and d.due_at is null
    and not exists (select from endpoint_deliveries e
      where e.endpoint_id = d.endpoint_id and e.order_key = d.order_key
        and (e.order_version, e.event_id) < (d.order_version, d.event_id))
  returning d.endpoint_id, d.event_id, d.attempts, d.order_key, false as was_parked`;

const stillQueued = (pairs: Brought["fresh"]): Statement<HeldDelivery> => sql<HeldDelivery>`
  select d.endpoint_id, d.event_id, d.attempts, d.order_key, false as was_parked
  from unnest(${ids(pairs, 0)}::uuid[], ${ids(pairs, 1)}::uuid[]) as p(endpoint_id, event_id)
    join endpoint_deliveries d on d.endpoint_id = p.endpoint_id and d.event_id = p.event_id
  where d.status = 'queued' and d.due_at is null`;

/** Takes what messages bring. What is fresh needs no question: its message is the claim, and its lease the lease. */
export async function holdDeliveries(db: Database, brought: Brought): Promise<HeldDelivery[]> {
  const { fresh, again, ordered, woken } = brought;
  const held: HeldDelivery[] = fresh.map(([endpointId, eventId]) => ({
    endpointId,
    eventId,
    attempts: 0,
    orderKey: null,
    wasParked: false,
  }));
  const takes = [
    ...(again.length > 0 ? [stillQueued(again)] : []),
    ...(ordered.length > 0 ? [takeOrdered(ordered)] : []),
    ...(woken.length > 0 ? [takeDue(woken)] : []),
  ];
  if (takes.length === 0) return held;
  const locked = [...new Set([...ids(ordered, 0), ...woken.map(({ endpointId }) => endpointId)])];
  const [, ...taken] = await db.batch([lockEndpoints(locked), ...takes]);
  return [...held, ...taken.flat()];
}

export interface SendingMaterial {
  endpoints: Map<string, SendingEndpoint>;
  events: Map<string, StoredEvent>;
}

/** The endpoints and events of what is held, each once. */
export async function readMaterial(db: Database, held: readonly HeldDelivery[]): Promise<SendingMaterial> {
  const [endpoints, events] = await db.batch([
    sql<SendingEndpoint>`select id, tenant_id, url, status, secret_encrypted,
        case when previous_secret_until > now() then previous_secret_encrypted end as previous_secret_encrypted, failures,
        case when blocked_until > now() then blocked_until end as blocked_until
      from webhook_endpoints where id = any(${[...new Set(held.map(({ endpointId }) => endpointId))]}::uuid[])`,
    sql<StoredEvent>`select id, tenant_id, name, subject, subject_version, data, actor, execution_id, traceparent,
        causation_id, hop, occurred_at
      from events where id = any(${[...new Set(held.map(({ eventId }) => eventId))]}::uuid[])`,
  ]);
  return {
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])),
    events: new Map(events.map((event) => [event.id, event])),
  };
}
