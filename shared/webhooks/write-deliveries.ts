import { type Statement, sql } from "#shared/database/sql.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import type { HeldDelivery } from "./hold-deliveries.ts";
import type { Attempted } from "./record-outcomes.ts";

/** A delivery whose row is still to be written. */
export type Unwritten = HeldDelivery & { unwritten: StoredEvent };

export const isUnwritten = (delivery: HeldDelivery): delivery is Unwritten => delivery.unwritten !== undefined;

/** Deliveries that were taken at the first request: their rows as they stay, and the log, in one statement. */
export function writeDelivered(delivered: readonly (Attempted & { delivery: Unwritten })[], now: Date): Statement {
  const deliveries = delivered.map(({ delivery }) => delivery);
  return sql`
    with s as (
      select * from unnest(${deliveries.map(({ endpointId }) => endpointId)}::uuid[],
        ${deliveries.map(({ eventId }) => eventId)}::uuid[],
        ${deliveries.map(({ unwritten }) => unwritten.tenantId)}::text[],
        ${deliveries.map(({ unwritten }) => unwritten.name)}::text[],
        ${deliveries.map(({ unwritten }) => unwritten.subjectVersion)}::bigint[],
        ${delivered.map(({ verdict }) => verdict.httpStatus)}::int[],
        ${delivered.map(({ durationMs }) => Math.round(durationMs))}::int[],
        ${delivered.map(({ startedAt }) => startedAt)}::timestamptz[])
        as s(endpoint_id, event_id, tenant_id, event_type, order_version, http_status, duration_ms, started_at)),
    written as (
      insert into endpoint_deliveries (endpoint_id, event_id, tenant_id, event_type, order_version, status, attempts,
        http_status, created_at, settled_at)
      select endpoint_id, event_id, tenant_id, event_type, order_version, 'delivered', 1, http_status, started_at,
        ${now}::timestamptz from s
      on conflict do nothing)
    insert into endpoint_attempts (endpoint_id, event_id, tenant_id, attempt, outcome, http_status, duration_ms, started_at)
    select endpoint_id, event_id, tenant_id, 1, 'delivered', http_status, duration_ms, started_at from s`;
}

/** Deliveries that are still on their way, as nobody has tried them: what became of them so far is recorded next. */
export const writeQueued = (deliveries: readonly Unwritten[]): Statement => sql`
  insert into endpoint_deliveries (endpoint_id, event_id, tenant_id, event_type, order_version)
  select * from unnest(${deliveries.map(({ endpointId }) => endpointId)}::uuid[],
    ${deliveries.map(({ eventId }) => eventId)}::uuid[], ${deliveries.map(({ unwritten }) => unwritten.tenantId)}::text[],
    ${deliveries.map(({ unwritten }) => unwritten.name)}::text[],
    ${deliveries.map(({ unwritten }) => unwritten.subjectVersion)}::bigint[])
  on conflict do nothing`;
