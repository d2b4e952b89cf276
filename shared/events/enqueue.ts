import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";

export interface NewMessage {
  queue: string;
  body: unknown;
  /** Whose work it is, for fairness; null: the platform's own. */
  tenantId: string | null;
  delayMs?: number;
}

/** The statement that sends a plain message in the batch that gives the reason for it. */
export const enqueue = ({ queue, body, tenantId, delayMs = 0 }: NewMessage): Statement =>
  emitting(sql`insert into outbox (queue, body, tenant_id, available_at)
    values (${queue}, ${json(body)}, ${tenantId}, now() + ${delayMs / 1000} * interval '1 second')`);

/** The statement with which a consumer takes an event for good: in the batch of its effect, or guard `consumed`. */
export const consume = (queue: string, eventId: string): Statement =>
  sql`with taken as (delete from outbox where queue = ${queue} and event_id = ${eventId} returning 1)
    select rainwire_ensure(exists (select from taken), 'consumed')`;
