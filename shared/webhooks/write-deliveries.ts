import { inCompany, type Statement, sql } from "#shared/database/sql.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import type { HeldDelivery } from "./hold-deliveries.ts";
import type { Attempted } from "./record-outcomes.ts";

/** A delivery whose row is still to be written. */
export type Unwritten = HeldDelivery & { unwritten: StoredEvent };

export const isUnwritten = (delivery: HeldDelivery): delivery is Unwritten => delivery.unwritten !== undefined;

/** A delivery that was taken at the first request. */
export type Delivered = Attempted & { delivery: Unwritten };

/**
 * Writes deliveries that were taken at the first request: their rows as they stay, and the log. Alone it travels with
 * those of other invocations. Its commit does not wait for the disk (`relaxedCommit`): their messages end later, so what
 * a crash of PostgreSQL forgets is sent again.
 */
export const writeDelivered = (delivered: readonly Delivered[]): Statement =>
  inCompany(writeAllDelivered(delivered), { item: delivered, join: joinDelivered });

const joinDelivered = (items: readonly unknown[]): Statement => writeAllDelivered((items as Delivered[][]).flat()); // safe: writeDelivered's own items

function writeAllDelivered(delivered: readonly Delivered[]): Statement {
  const deliveries = delivered.map(({ delivery }) => delivery);
  return sql`
    with relaxed as (select set_config('synchronous_commit', 'off', true)),
    s as (
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
        started_at + duration_ms * interval '1 millisecond' from s, relaxed
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
