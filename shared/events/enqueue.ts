import { emitting, inCompany, json, type Statement, sql } from "#shared/database/sql.ts";

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

export interface OrderedMessage extends Omit<NewMessage, "delayMs"> {
  /** Its own, by which its sender finds it again. Default: a new one. */
  id?: string;
  /** Messages of one subject are handled in the order in which they were sent. */
  subject: string;
}

/**
 * The statement that sends a plain message which keeps its place among those of its subject. Run alone, it shares its
 * transaction with those that are sent at the same time.
 */
export function enqueueInOrder(message: OrderedMessage): Statement {
  const statement = sendInOrder([message]);
  return inCompany(statement, { item: message, join: sendInOrder });
}

const sendInOrder = (messages: readonly unknown[]): Statement =>
  emitting(sql`insert into outbox (id, queue, body, tenant_id, subject, subject_version)
    select coalesce(m.id, uuidv7()), m.queue, m.body, m."tenantId", m.subject, nextval('outbox_message_order')
    from jsonb_to_recordset(${json(messages)}) as m(id uuid, queue text, body jsonb, "tenantId" text, subject text)`);

/** The statement with which a consumer takes an event for good: in the batch of its effect, or guard `consumed`. */
export const consume = (queue: string, eventId: string): Statement =>
  sql`with taken as (delete from outbox where queue = ${queue} and event_id = ${eventId} returning 1)
    select rainwire_ensure(exists (select from taken), 'consumed')`;
